import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AutodocWithDocument } from '../../../../src-main/contract/domain.ts';
import SideBySide from '../../../../src-renderer/features/side-by-side/side-by-side.svelte';
import { installFakeBridge } from '../../../fixtures/fake-bridge.ts';

const body = 'How do I mow my lawn?';
let autodoc: AutodocWithDocument;

beforeEach(() => {
  // jsdom lays nothing out and so has nowhere to scroll to.
  Element.prototype.scrollIntoView = vi.fn();
  const bridge = installFakeBridge({ draftText: ' With a mower.' });
  autodoc = bridge.addAutodoc(bridge.addDocument('Lawn', body).id);
});

function show() {
  const actions = { onClose: vi.fn(), onInsert: vi.fn() };
  const { unmount } = render(SideBySide, { documentName: 'Lawn', body, autodoc, ...actions });
  return { ...actions, unmount };
}

/** Gives a pane, which jsdom leaves without a size, something to scroll. */
function sized(name: 'Document' | 'Draft', scrollHeight: number): HTMLElement {
  const pane = screen.getByRole('article', { name });
  Object.defineProperties(pane, {
    scrollHeight: { value: scrollHeight },
    clientHeight: { value: 100 },
  });
  return pane;
}

async function scroll(pane: HTMLElement, scrollTop: number): Promise<void> {
  pane.scrollTop = scrollTop;
  await fireEvent.scroll(pane);
}

describe('side by side', () => {
  it('shows the document, what the model had read, and the draft', async () => {
    show();
    expect(screen.getByRole('article', { name: 'Document' }).textContent).toContain(body);
    const draft = screen.getByRole('article', { name: 'Draft' });
    await waitFor(() => expect(draft.textContent).toContain(`${body} With a mower.`));
    await fireEvent.click(screen.getByRole('switch', { name: 'Show what the model read' }));
    expect(draft.textContent).not.toContain(body);
    expect(draft.textContent).toContain(' With a mower.');
  });

  it('scrolls together, both ways, without echo', async () => {
    show();
    const document = sized('Document', 1_100);
    const draft = sized('Draft', 300);
    await scroll(document, 500);
    expect(draft.scrollTop).toBe(100);
    // The browser reports the scroll that the other pane caused: it must not come back.
    await fireEvent.scroll(draft);
    expect(document.scrollTop).toBe(500);
    await scroll(draft, 200);
    expect(document.scrollTop).toBe(1_000);
  });

  it('scrolls apart when asked to', async () => {
    show();
    const document = sized('Document', 1_100);
    const draft = sized('Draft', 300);
    await fireEvent.click(screen.getByRole('switch', { name: 'Scroll together' }));
    await scroll(document, 500);
    expect(draft.scrollTop).toBe(0);
  });

  it('inserts the whole draft, or the part that is selected', async () => {
    const { onInsert } = show();
    await fireEvent.click(screen.getByRole('button', { name: 'Insert draft' }));
    expect(onInsert).toHaveBeenLastCalledWith(' With a mower.');

    const text = screen.getByText('With a mower.').firstChild!;
    getSelection()?.setBaseAndExtent(text, 8, text, 13);
    await fireEvent(document, new Event('selectionchange'));
    await fireEvent.click(await screen.findByRole('button', { name: 'Insert selection' }));
    expect(onInsert).toHaveBeenLastCalledWith('mower');
  });

  it('closes on Escape and gives the focus back', async () => {
    const opener = document.createElement('button');
    document.body.append(opener);
    opener.focus();
    const { onClose, unmount } = show();
    const heading = screen.getByRole('heading', { name: 'Side by side' });
    expect(document.activeElement).toBe(heading);
    await fireEvent.keyDown(heading, { key: 'Escape' });
    expect(onClose).toHaveBeenCalledOnce();
    unmount();
    expect(document.activeElement).toBe(opener);
    opener.remove();
  });

  it('stands without the prompt where that cannot be read', async () => {
    autodoc = { ...autodoc, version_id: '01900000-0000-7000-8000-00000000dead' };
    show();
    await Promise.resolve();
    expect(screen.getByRole('article', { name: 'Draft' }).textContent).toContain(' With a mower.');
    expect(screen.queryByRole('switch', { name: 'Show what the model read' })).toBeNull();
  });
});
