import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SavedDocument } from '../../../../src-main/contract/channels.ts';
import Versions from '../../../../src-renderer/features/versions/versions.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

let bridge: FakeBridge;
let documentId: string;

beforeEach(() => {
  bridge = installFakeBridge();
  documentId = bridge.addDocument('Lawn', 'The cat sat.').id;
  bridge.changeElsewhere(documentId, 'The dog sat.');
});

/** Shows the versions beside an editor that holds `body`, until a restore changes it. */
function show(body = bridge.body(documentId)) {
  let current = body;
  const onRestored = vi.fn((saved: SavedDocument) => {
    current = saved.document.document_body;
  });
  const { container } = render(Versions, { documentId, currentBody: () => current, onRestored });
  return {
    onRestored,
    container,
    type: (text: string) => {
      current = text;
    },
  };
}

/** The rows of the list, newest first. */
async function rows(): Promise<readonly HTMLElement[]> {
  const items = await screen.findAllByRole('listitem');
  return items.map((item) => within(item).getByRole('button'));
}

async function pick(index: number): Promise<void> {
  await fireEvent.click((await rows())[index]!);
  await screen.findByRole('button', { name: 'Restore this version' });
}

const words = (container: HTMLElement, tag: 'ins' | 'del') =>
  [...container.querySelectorAll(`.difference ${tag}`)].map((one) => one.textContent);

describe('versions', () => {
  it('lists them newest first, with their author', async () => {
    show();
    const [latest, first] = await rows();
    expect(latest?.textContent).toMatch(/Latest.*Ada/s);
    expect(first?.textContent).toMatch(/First.*Ada/s);
  });

  it('marks what changed since a version, in words for those who do not see it', async () => {
    const { container } = show();
    await pick(1);
    expect(words(container, 'del')).toEqual(['removed: cat end of removal ']);
    expect(words(container, 'ins')).toEqual(['added: dog end of addition ']);
    expect(container.textContent).toContain('1 word added, 1 word removed');
  });

  it('shows what one version changed', async () => {
    const { container } = show('Something else entirely.');
    await pick(0);
    await fireEvent.click(screen.getByRole('radio', { name: 'With the one before' }));
    await waitFor(() => {
      expect(words(container, 'ins')).toEqual(['added: dog end of addition ']);
    });
  });

  it('folds what did not change, and unfolds it', async () => {
    const long = 'word '.repeat(500);
    bridge.changeElsewhere(documentId, `${long}end`);
    const { container } = show(`${long}END`);
    await pick(0);
    const fold = screen.getByRole('button', { name: /^Show \d+ words unchanged$/ });
    expect(container.textContent).not.toContain(long);
    await fireEvent.click(fold);
    expect(container.textContent).toContain(long.slice(0, 1_000));
  });

  it('restores as a new version, and takes it back', async () => {
    const { onRestored } = show();
    await pick(1);
    await fireEvent.click(screen.getByRole('button', { name: 'Restore this version' }));
    await waitFor(() => expect(onRestored).toHaveBeenCalledOnce());
    expect(bridge.body(documentId)).toBe('The cat sat.');
    expect(await rows()).toHaveLength(3);

    toasts.shown.at(-1)?.action?.onSelect();
    await waitFor(() => expect(onRestored).toHaveBeenCalledTimes(2));
    expect(bridge.body(documentId)).toBe('The dog sat.');
  });

  it('keeps text that is in no version yet before it restores, and takes back to it', async () => {
    const { onRestored } = show('The dog sat. And typed, unsaved.');
    await pick(1);
    await fireEvent.click(screen.getByRole('button', { name: 'Restore this version' }));
    await waitFor(() => expect(onRestored).toHaveBeenCalledOnce());
    expect(bridge.callsOf('documents:save')).toMatchObject([
      { document_body: 'The dog sat. And typed, unsaved.', draft: false },
    ]);
    toasts.shown.at(-1)?.action?.onSelect();
    await waitFor(() => {
      expect(bridge.body(documentId)).toBe('The dog sat. And typed, unsaved.');
    });
  });

  it('does not offer to restore what is there already', async () => {
    show();
    await pick(0);
    expect(screen.getByText(/this is the text as it is now/)).toBeInstanceOf(HTMLElement);
    const restore = screen.getByRole<HTMLButtonElement>('button', { name: 'Restore this version' });
    expect(restore.disabled).toBe(true);
  });

  it('compares anew when the writer comes back from typing', async () => {
    const { container, type } = show();
    await pick(0);
    expect(words(container, 'ins')).toEqual([]);
    type('The dog sat down.');
    await fireEvent.focusIn(screen.getByRole('button', { name: 'All versions' }));
    await waitFor(() => expect(words(container, 'ins')).toEqual(['added:  down end of addition ']));
  });

  it('goes back to the list with Escape, to the row that was picked', async () => {
    show();
    await pick(1);
    await fireEvent.keyDown(screen.getByRole('button', { name: 'All versions' }), {
      key: 'Escape',
    });
    const list = await rows();
    await waitFor(() => expect(document.activeElement).toBe(list[1]));
  });

  it('says what went wrong, and keeps the version in view', async () => {
    show();
    await pick(1);
    bridge.fail('versions:restore', 'disk_full', 'The disk is full. Nothing was changed.');
    await fireEvent.click(screen.getByRole('button', { name: 'Restore this version' }));
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The disk is full. Nothing was changed.',
    );
    expect(bridge.body(documentId)).toBe('The dog sat.');
  });
});
