import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HomeStore } from '../../../../src-renderer/features/home/home-store.svelte.ts';
import type { Viewer } from '../../../../src-renderer/features/home/viewer.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';

let bridge: FakeBridge;
let store: HomeStore;
let stop: () => void = () => undefined;

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);

async function start(viewer: Viewer, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    bridge.addDocument(`Document ${index}`, 'Some words', {
      updatedOn: new Date(1_800_000_000_000 - index * 1_000).toISOString(),
    });
  }
  store = new HomeStore(viewer);
  stop = store.start();
  await settle();
}

const owner: Viewer = { role: 'owner', userId: demoUsers.ada.id };
const asked = () => bridge.callsOf('documents:list').at(-1);
const offsets = () =>
  bridge.callsOf('documents:list').map((input) => (input as { offset: number }).offset);

beforeEach(() => {
  vi.useFakeTimers();
  bridge = installFakeBridge();
});

afterEach(() => {
  stop();
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.useRealTimers();
});

describe("a home's documents", () => {
  it('are as many as they are at once, and come where they are looked at', async () => {
    await start(owner, 950);
    expect(store.total).toBe(950);
    expect(store.row(0)?.document_name).toBe('Document 0');
    expect(store.row(800)).toBeUndefined();
    store.look(795, 805);
    await settle();
    expect(store.row(795)?.document_name).toBe('Document 795');
    expect(store.row(805)?.document_name).toBe('Document 805');
    expect(offsets()).toEqual([0, 700, 800]);
  });

  it('are asked for once the scrolling pauses', async () => {
    await start(owner, 950);
    for (let row = 0; row < 900; row += 10) store.look(row, row + 10);
    await settle();
    expect(offsets()).toEqual([0, 800, 900]);
  });

  it('are read anew where one looks when something changed, and nowhere else', async () => {
    await start(owner, 950);
    store.look(500, 510);
    await settle();
    bridge.emit('store:changed', { documents: [], everything: true });
    bridge.emit('store:changed', { documents: [], everything: true });
    await settle();
    expect(offsets()).toEqual([0, 500, 500]);
    expect(store.row(500)?.document_name).toBe('Document 500');
    store.look(0, 10);
    await settle();
    expect(store.row(0)?.document_name).toBe('Document 0');
  });

  it('are those of a filter, a query and an order', async () => {
    await start(owner, 3);
    store.want({ states: ['approved'], due: 'week' });
    store.want({ query: 'document 2 ' });
    await settle();
    expect(asked()).toMatchObject({
      query: 'document 2',
      filter: { states: ['approved'], due: 'week', sponsor_id: null, editor_id: null },
    });
    expect(asked()).not.toHaveProperty('sort');
    expect([store.total, store.shownQuery, store.isUnfiltered]).toEqual([0, 'document 2', false]);
    store.wantEverything();
    await settle();
    expect([store.total, store.isUnfiltered]).toEqual([3, true]);
  });

  it('are sorted by a column one way, and then the other', async () => {
    await start(owner, 3);
    store.sortBy('document_name', 'asc');
    await settle();
    expect(store.row(0)?.document_name).toBe('Document 0');
    store.sortBy('document_name', 'asc');
    await settle();
    expect(store.row(0)?.document_name).toBe('Document 2');
    store.sortBy('document_name', 'asc');
    expect(store.sorting).toEqual({ by: 'document_name', direction: 'asc' });
  });

  it.each([
    ['sponsor', { sponsor_id: demoUsers.ada.id, editor_id: null }, 'updated_on'],
    ['editor', { sponsor_id: null, editor_id: demoUsers.ada.id }, 'due_on'],
    ['admin', { sponsor_id: null, editor_id: null }, 'updated_on'],
    ['owner', { sponsor_id: null, editor_id: null }, 'updated_on'],
  ] as const)('are, for the role of %s, theirs', async (role, filter, by) => {
    await start({ role, userId: demoUsers.ada.id }, 1);
    expect(bridge.callsOf('documents:list')[0]).toMatchObject({ filter, sort: { by } });
  });

  it('stay, and the reason is said, when they cannot be read anew', async () => {
    await start(owner, 3);
    bridge.fail('documents:list', 'store_busy', 'The library is busy.');
    bridge.emit('store:changed', { documents: [], everything: true });
    await settle();
    expect(store.total).toBe(3);
    expect(toasts.shown.map(({ message }) => message)).toEqual(['The library is busy.']);
  });

  it('come with the number of people who wait, for an admin alone', async () => {
    bridge = installFakeBridge({ team: { user: 'ada' } });
    await start({ role: 'admin', userId: demoUsers.ada.id }, 0);
    expect(store.waitingUsers).toBe(2);
    await bridge.invoke('users:set-status', {
      user_id: demoUsers.noor.id,
      user_status: 'approved',
    });
    bridge.emit('store:changed', { documents: [], everything: false });
    await settle();
    expect(store.waitingUsers).toBe(1);
  });
});
