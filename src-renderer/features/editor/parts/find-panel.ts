import { openSearchPanel } from '@codemirror/search';
import type { Command, EditorView, Panel } from '@codemirror/view';
import { flushSync, mount, unmount } from 'svelte';
import FindPanel from './find-panel.svelte';

/** Find and replace in the application's own dress, in the place CodeMirror has for it. */
export function createFindPanel(view: EditorView): Panel {
  const dom = document.createElement('div');
  const panel = mount(FindPanel, { target: dom, props: { view } });
  // The fields are bound when effects have run, and CodeMirror asks for the focus at once.
  flushSync();
  dom.addEventListener('keydown', (event) => panel.press(event));
  return {
    dom,
    top: true,
    mount: () => panel.focus(),
    update: () => panel.follow(),
    destroy: () => void unmount(panel),
  };
}

/** Find, with the cursor in the field that replaces. */
export const openReplace: Command = (view) => {
  openSearchPanel(view);
  view.dom.querySelector<HTMLInputElement>('[data-field="replace"]')?.select();
  return true;
};
