import { afterEach, describe, expect, it } from 'vitest';
import { Layout, libraryWidths } from '../../../../src-renderer/lib/layout.svelte.ts';

afterEach(() => localStorage.clear());

describe('the layout', () => {
  it('is remembered by the next window', () => {
    const layout = new Layout(1_280);
    layout.setLibraryWidth(300);
    layout.showSide(true, 'versions');
    const next = new Layout(1_280);
    expect([next.libraryWidth, next.sidePanel]).toEqual([300, 'versions']);
  });

  it.each(['comments', 'brief'] as const)('remembers the panel %s', (panel) => {
    new Layout(1_280).showSide(true, panel);
    expect(new Layout(1_280).sidePanel).toBe(panel);
  });

  it('keeps panels between their limits', () => {
    const layout = new Layout(1_280);
    layout.setLibraryWidth(5);
    expect(layout.libraryWidth).toBe(libraryWidths.min);
    layout.setLibraryWidth(5_000);
    expect(layout.libraryWidth).toBe(libraryWidths.max);
  });

  it('shows one panel at a time in a narrow window, the one opened last', () => {
    const layout = new Layout(900);
    expect([layout.isLibraryOpen, layout.isSideOpen]).toEqual([false, true]);
    layout.showLibrary(true);
    expect([layout.isLibraryOpen, layout.isSideOpen]).toEqual([true, false]);
    layout.showSide(true, 'versions');
    expect([layout.isLibraryOpen, layout.isSideOpen]).toEqual([false, true]);
  });

  it('shows both again when the window has room', () => {
    const layout = new Layout(900);
    layout.setWindowWidth(1_280);
    expect([layout.isLibraryOpen, layout.isSideOpen]).toEqual([true, true]);
  });

  it.each(['not JSON', '7', 'null', '{"libraryWidth":"wide","sidePanel":"else"}'])(
    'starts anew from %s',
    (found) => {
      localStorage.setItem('autodoc.layout', found);
      const layout = new Layout(1_280);
      expect([layout.libraryWidth, layout.sidePanel]).toEqual([264, 'drafts']);
    },
  );
});
