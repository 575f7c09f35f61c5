import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Document } from '../../../../src-main/contract/domain.ts';
import { findEditors } from '../../../../src-renderer/features/commission/find-editors.ts';
import { HomeStore } from '../../../../src-renderer/features/home/home-store.svelte.ts';
import Home from '../../../../src-renderer/features/home/home.svelte';
import type { Viewer } from '../../../../src-renderer/features/home/viewer.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers, type DemoName } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;
const actions = {
  findEditors,
  onOpen: vi.fn(),
  onDetails: vi.fn(),
  onStep: vi.fn(),
  onRetain: vi.fn(),
  onTrash: vi.fn(),
  onNew: vi.fn(),
  onCommission: vi.fn(),
  onUsers: vi.fn(),
  onAudit: vi.fn(),
};

function signIn(user: DemoName): void {
  bridge = installFakeBridge({ team: { user } });
}

beforeEach(() => {
  installFakeLayout();
  signIn('sofia');
  vi.clearAllMocks();
});

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

let added = 0;
function commission(name: string, fields: Partial<Document> = {}, editorId?: string): Document {
  return bridge.addDocument(name, 'The paper comes from a *mill* up the river.', {
    updatedOn: new Date(Date.now() - ++added * 60_000).toISOString(),
    fields: { created_by: demoUsers.sofia.id, ...fields },
    ...(editorId !== undefined && { editorId }),
  });
}

function show(role: Viewer['role'] = 'sponsor', user: DemoName = 'sofia') {
  const store = new HomeStore({ role, userId: demoUsers[user].id });
  return { store, ...render(Home, { store, ...actions }) };
}

const day = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const row = (name: string): Promise<HTMLElement> =>
  screen.findByRole('row', { name: new RegExp(name) });
const names = (): (string | undefined)[] =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((one) => within(one).getAllByRole('gridcell')[0]?.textContent.trim());

describe('a home', () => {
  it('shows what there is to know about each document', async () => {
    const { id } = commission(
      'Spring catalogue',
      { document_state: 'in_review', due_on: day(-3), target_words: 1_200 },
      demoUsers.bo.id,
    );
    bridge.addAutodoc(id, { autodoc_body: ' and the glue is patience.' });
    bridge.work.addComment({ document_id: id, comment_body: 'Shorter?' });
    show();
    const cells = within(await row('Spring catalogue')).getAllByRole('gridcell');
    const texts = cells.map((cell) => cell.textContent.replace(/\s+/g, ' ').trim());
    expect(texts.slice(0, 4)).toEqual(['Spring catalogue', 'Bo Ekman', 'In review', '3 days late']);
    expect(texts[4]).toContain('9 / 1,200');
    expect(texts[5]).toBe('The paper comes from a mill up the river.');
    expect(texts[6]).toBe('and the glue is patience.');
    expect(texts.slice(7)).toEqual(['0%', '1', '1 min ago']);
    expect(screen.getByRole('heading', { name: 'Your commissions' })).toBeTruthy();
    expect(screen.getByText('1 document')).toBeTruthy();
    await expectAccessible();
  });

  it('shows an editor what is due next first, and whose it is', async () => {
    signIn('bo');
    commission('Later', { document_state: 'assigned', due_on: day(9) }, demoUsers.bo.id);
    commission('Soon', { document_state: 'in_edit', due_on: day(1) }, demoUsers.bo.id);
    commission('Not mine', { document_state: 'in_edit', due_on: day(1) }, demoUsers.elif.id);
    show('editor', 'bo');
    expect((await row('Soon')).textContent).toContain('tomorrow');
    expect(names()).toEqual(['Soon', 'Later']);
    expect((await row('Later')).textContent).toContain('Sofia Lind');
    expect(screen.getByRole('columnheader', { name: 'Due' }).getAttribute('aria-sort')).toBe(
      'ascending',
    );
    expect(screen.queryByRole('combobox', { name: 'Editor' })).toBeNull();
    expect(screen.queryByRole('button', { name: /New/ })).toBeNull();
  });

  it('shows those alone about which somebody has to decide', async () => {
    const { id } = commission('Apart');
    commission('Merged');
    show();
    await row('Merged');
    expect(screen.queryByRole('button', { name: /to decide/ })).toBeNull();
    bridge.sharing.addConflict(id, [{ kind: 'choice', base: 'I', ours: 'You', theirs: 'We' }]);
    await fireEvent.click(await screen.findByRole('button', { name: '1 to decide' }));
    await waitFor(() => expect(names()).toEqual(['Apart 2 versions']));
    await fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
    await waitFor(() => expect(names()).toEqual(['Apart 2 versions', 'Merged']));
  });

  it('draws only the rows in view, and tells how many there are', async () => {
    for (let index = 0; index < 500; index++) commission(`Document ${index}`);
    show();
    await row('Document 0');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('501');
  });

  it('sorts by a column, and says so', async () => {
    commission('B');
    commission('A');
    show();
    await row('B');
    expect(names()).toEqual(['B', 'A']);
    await fireEvent.click(screen.getByRole('button', { name: 'Document' }));
    await waitFor(() => expect(names()).toEqual(['A', 'B']));
    const header = screen.getByRole('columnheader', { name: 'Document' });
    expect(header.getAttribute('aria-sort')).toBe('ascending');
    await fireEvent.click(screen.getByRole('button', { name: 'Document' }));
    await waitFor(() => expect(names()).toEqual(['B', 'A']));
    expect(header.getAttribute('aria-sort')).toBe('descending');
  });

  it('moves from row to row with the arrows, and opens with Enter', async () => {
    commission('One');
    const { id } = commission('Two');
    commission('Three');
    show();
    const search = await screen.findByRole('searchbox');
    await row('One');
    await waitFor(() => expect(document.activeElement).toBe(search));
    await fireEvent.keyDown(search, { key: 'ArrowDown' });
    await waitFor(async () => expect(document.activeElement).toBe(await row('One')));
    await fireEvent.keyDown(await row('One'), { key: 'End' });
    await waitFor(async () => expect(document.activeElement).toBe(await row('Three')));
    await fireEvent.keyDown(await row('Three'), { key: 'ArrowUp' });
    await waitFor(async () => expect(document.activeElement).toBe(await row('Two')));
    const stops = screen.getAllByRole('row').filter((one) => one.tabIndex === 0);
    expect(stops.filter((one) => one.dataset.row !== undefined)).toEqual([await row('Two')]);
    await fireEvent.keyDown(await row('Two'), { key: 'Enter' });
    expect(actions.onOpen).toHaveBeenCalledExactlyOnceWith(id);
  });

  it('keeps the keyboard on its document when the list moves under it', async () => {
    commission('One');
    const { id } = commission('Two');
    show();
    (await row('Two')).focus();
    bridge.changeElsewhere(id, 'Changed by somebody else.');
    await waitFor(() => expect(names()).toEqual(['Two', 'One']));
    await waitFor(async () => expect(document.activeElement).toBe(await row('Two')));
  });

  it('searches, marks what was found, and announces how much', async () => {
    commission('Spring catalogue');
    commission('Winter letter');
    show();
    await row('Winter letter');
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'WINTER' } });
    await waitFor(() => expect(names()).toEqual(['Winter letter']));
    expect((await row('Winter letter')).querySelector('mark')?.textContent).toBe('Winter');
    expect(screen.getByText('1 document found').getAttribute('role')).toBe('status');
    await fireEvent.keyDown(screen.getByRole('searchbox'), { key: 'Escape' });
    await row('Spring catalogue');
  });

  it('filters by editor, found by name', async () => {
    commission('Of Bo', { document_state: 'in_edit' }, demoUsers.bo.id);
    commission('Of Elif', { document_state: 'in_edit' }, demoUsers.elif.id);
    show();
    await row('Of Bo');
    const editor = screen.getByRole('combobox', { name: 'Editor' });
    await fireEvent.input(editor, { target: { value: 'elif' } });
    await screen.findByText('The Engine Press · elif@example.org');
    await fireEvent.keyDown(editor, { key: 'Enter' });
    await waitFor(() => expect(names()).toEqual(['Of Elif']));
    await fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
    await row('Of Bo');
  });

  it('says when nothing fits, and shows everything again', async () => {
    commission('Spring catalogue');
    show();
    await row('Spring catalogue');
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'xyzzy' } });
    await screen.findByText('No document fits');
    await fireEvent.click(screen.getByRole('button', { name: 'Show all of them' }));
    await row('Spring catalogue');
  });

  it('offers in a menu the steps that the document allows', async () => {
    const { id } = commission('In review', { document_state: 'in_review' }, demoUsers.bo.id);
    show();
    await fireEvent.contextMenu(await row('In review'));
    const approve = await screen.findByRole('menuitem', { name: 'Approve…' });
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent.trim())).toEqual([
      'Open Enter',
      'Details',
      'Request changes…',
      'Approve…',
      'Change editor…',
      'Move to trash',
    ]);
    await fireEvent.keyDown(approve, { key: 'Enter' });
    await waitFor(() => {
      expect(actions.onStep).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ id }),
        'approve',
      );
    });
  });

  it.each([
    ['sponsor', 'sofia', 'Commission your first document', 'onCommission'],
    ['admin', 'ada', 'Open the users', 'onUsers'],
    ['owner', 'ada', 'New document', 'onNew'],
  ] as const)('without documents tells the %s what to do', async (role, user, label, action) => {
    signIn(user);
    show(role, user);
    const buttons = await screen.findAllByRole('button', { name: label });
    await fireEvent.click(buttons.at(-1)!);
    expect(actions[action]).toHaveBeenCalledOnce();
    expect(screen.queryByRole('search')).toBeNull();
    await expectAccessible();
  });

  it('without documents tells an editor what to wait for', async () => {
    signIn('bo');
    show('editor', 'bo');
    await screen.findByText('Nothing to edit yet');
  });

  it('shows an admin the way to the users, and how many wait', async () => {
    signIn('ada');
    commission('Spring catalogue');
    show('admin', 'ada');
    await fireEvent.click(await screen.findByRole('button', { name: 'Users 2 waiting' }));
    expect(actions.onUsers).toHaveBeenCalledOnce();
    await fireEvent.click(screen.getByRole('button', { name: 'Audit log' }));
    expect(actions.onAudit).toHaveBeenCalledOnce();
  });

  it('is where it was left when one comes back', async () => {
    commission('One');
    commission('Two');
    const { store, unmount } = show();
    (await row('Two')).focus();
    unmount();
    render(Home, { store, ...actions });
    await waitFor(async () => expect(document.activeElement).toBe(await row('Two')));
  });
});
