import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import Library from '../../../../src-renderer/features/library/library.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { installFakeLayout } from './fake-layout.ts';

let bridge: FakeBridge;
const actions = {
  openId: null,
  onOpen: vi.fn(),
  isHome: false,
  onHome: vi.fn(),
  onNew: vi.fn(),
  onTrash: vi.fn(),
  onSettings: vi.fn(),
  onPurge: vi.fn(),
};

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge();
  vi.clearAllMocks();
});

function add(name: string, body = '', minutesAgo = 0): string {
  const updatedOn = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  return bridge.addDocument(name, body, { updatedOn }).id;
}

const row = (name: string): Promise<HTMLElement> =>
  screen.findByRole('button', { name: new RegExp(`^${name}`) });
const names = (): (string | undefined)[] =>
  screen
    .queryAllByRole('listitem')
    .map((item) => item.querySelector('[data-document] > span')?.textContent.trim());

describe('the library', () => {
  it('lists documents, last changed first, with what a glance needs', async () => {
    add('Older', 'one two three', 180);
    add('Newer', '# A *title*', 2);
    render(Library, actions);
    await row('Newer');
    expect(names()).toEqual(['Newer', 'Older']);
    const newer = await row('Newer');
    expect(newer.textContent).toContain('A title');
    expect(newer.textContent).toContain('2 min ago');
    expect((await row('Older')).textContent).toContain('3 words');
  });

  it('lists those alone about which somebody has to decide', async () => {
    const id = add('Apart', 'I am glad today.');
    add('Merged');
    render(Library, actions);
    await row('Merged');
    expect(screen.queryByRole('button', { name: /to decide/ })).toBeNull();
    const beside = bridge.sharing.addConflict(id, [
      { kind: 'choice', base: 'I', ours: 'You', theirs: 'We' },
    ]);
    const only = await screen.findByRole('button', { name: '1 to decide', pressed: false });
    await fireEvent.click(only);
    await waitFor(() => expect(names()).toEqual(['Apart']));
    expect(only.getAttribute('aria-pressed')).toBe('true');
    bridge.sharing.saved(id, [beside.id]);
    bridge.emit('store:changed', { documents: [id], everything: false });
    await screen.findByText('Nothing is left to decide');
    await fireEvent.click(screen.getByRole('button', { name: 'Show all documents' }));
    await row('Merged');
    expect(screen.queryByRole('button', { name: /to decide/ })).toBeNull();
  });

  it('draws only what is in view of a long list', async () => {
    for (let index = 0; index < 500; index++) add(`Document ${index}`, '', index);
    render(Library, actions);
    await row('Document 0');
    expect(screen.getAllByRole('listitem').length).toBeLessThan(60);
    expect(screen.getByRole('heading', { name: /Library/ }).textContent).toContain('500');
  });

  it('opens a document by a click, and by Enter goes on to write', async () => {
    const id = add('Lawn');
    render(Library, actions);
    await fireEvent.click(await row('Lawn'));
    expect(actions.onOpen).toHaveBeenLastCalledWith(id, { andWrite: false });
    await fireEvent.keyDown(await row('Lawn'), { key: 'Enter' });
    expect(actions.onOpen).toHaveBeenLastCalledWith(id, { andWrite: true });
  });

  it('moves with the arrow keys, and has one stop for Tab', async () => {
    add('One', '', 1);
    add('Two', '', 2);
    add('Three', '', 3);
    render(Library, actions);
    const first = await row('One');
    first.focus();
    await fireEvent.keyDown(first, { key: 'ArrowDown' });
    await waitFor(async () => expect(document.activeElement).toBe(await row('Two')));
    await fireEvent.keyDown(await row('Two'), { key: 'End' });
    await waitFor(async () => expect(document.activeElement).toBe(await row('Three')));
    await fireEvent.keyDown(await row('Three'), { key: 'ArrowUp' });
    await waitFor(async () => expect(document.activeElement).toBe(await row('Two')));
    const stops = screen
      .getAllByRole('button')
      .filter((button) => button.dataset.document !== undefined && button.tabIndex === 0);
    expect(stops).toEqual([await row('Two')]);
  });

  it('searches names and texts, marks what was found, and says how much', async () => {
    add('Lawn', 'a mower with a sharp blade');
    add('Letter', 'Dear Sir');
    render(Library, actions);
    await row('Letter');
    await fireEvent.input(screen.getByRole('searchbox', { name: 'Search all documents' }), {
      target: { value: 'BLADE' },
    });
    await screen.findByText('1 found');
    expect(names()).toEqual(['Lawn']);
    expect((await row('Lawn')).querySelector('mark')?.textContent).toBe('blade');
  });

  it('says when nothing was found, and Escape shows everything again', async () => {
    add('Lawn');
    render(Library, actions);
    await row('Lawn');
    const search = screen.getByRole('searchbox');
    await fireEvent.input(search, { target: { value: 'xyzzy' } });
    await screen.findByText('Nothing found');
    await fireEvent.keyDown(search, { key: 'Escape' });
    await row('Lawn');
  });

  it('renames in place: Enter keeps the name, Escape does not', async () => {
    const id = add('Lawn');
    render(Library, actions);
    await fireEvent.keyDown(await row('Lawn'), { key: 'F2' });
    const field = await screen.findByRole('textbox', { name: 'New name for Lawn' });
    expect(document.activeElement).toBe(field);
    await fireEvent.input(field, { target: { value: '  Meadow ' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await row('Meadow');
    expect(bridge.callsOf('documents:rename')).toEqual([
      { document_id: id, document_name: 'Meadow' },
    ]);

    await fireEvent.keyDown(await row('Meadow'), { key: 'F2' });
    const again = await screen.findByRole('textbox', { name: 'New name for Meadow' });
    await fireEvent.input(again, { target: { value: 'Nothing' } });
    await fireEvent.keyDown(again, { key: 'Escape' });
    await row('Meadow');
    expect(bridge.callsOf('documents:rename')).toHaveLength(1);
  });

  it('moves to the trash with Delete, and the keyboard to the next document', async () => {
    const id = add('One', '', 1);
    add('Two', '', 2);
    render(Library, actions);
    await fireEvent.keyDown(await row('One'), { key: 'Delete' });
    expect(actions.onTrash).toHaveBeenCalledExactlyOnceWith(id, 'One');
    await waitFor(async () => expect(document.activeElement).toBe(await row('Two')));
  });

  it('shows the trash, and restores from it', async () => {
    const id = bridge.addDocument('Old list', 'Milk', { trashed: true }).id;
    render(Library, actions);
    await screen.findByText('No documents yet');
    await fireEvent.click(screen.getByRole('button', { name: 'Trash' }));
    await row('Old list');
    await fireEvent.click(screen.getByRole('button', { name: 'Restore Old list' }));
    await screen.findByText('The trash is empty');
    expect(bridge.callsOf('documents:restore')).toEqual([{ document_id: id }]);
    expect(toasts.shown.at(-1)?.message).toContain('back in the library');
    await fireEvent.click(screen.getByRole('button', { name: 'Back to the library' }));
    await row('Old list');
  });

  it('follows what changes elsewhere', async () => {
    render(Library, actions);
    await screen.findByText('No documents yet');
    const id = add('Written by the command line');
    bridge.emit('store:changed', { documents: [id], everything: true });
    await row('Written by the command line');
  });

  it('shows which document is being drafted', async () => {
    const id = add('Lawn', 'Grass.');
    render(Library, actions);
    await row('Lawn');
    await bridge.invoke('autodocs:draft', { document_id: id });
    await within(await row('Lawn')).findByText('Drafting');
    for (let token = 0; token < 11; token++) bridge.stepDraft();
    await waitFor(() => expect(screen.queryByText('Drafting')).toBeNull());
  });

  it('marks the open document for screen readers', async () => {
    const id = add('Lawn');
    render(Library, { ...actions, openId: id });
    expect((await row('Lawn')).getAttribute('aria-current')).toBe('true');
  });

  it('offers the first document where there is none', async () => {
    render(Library, actions);
    const empty = await screen.findByText('No documents yet');
    await fireEvent.click(
      within(empty.parentElement!).getByRole('button', { name: 'New document' }),
    );
    expect(actions.onNew).toHaveBeenCalledOnce();
  });
});
