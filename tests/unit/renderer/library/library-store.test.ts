import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LibraryStore } from '../../../../src-renderer/features/library/library-store.svelte.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

let bridge: FakeBridge;
let store: LibraryStore;
let stop: () => void = () => undefined;

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);

async function start(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    bridge.addDocument(`Document ${index}`, '', {
      updatedOn: new Date(1_800_000_000_000 - index * 1_000).toISOString(),
    });
  }
  stop = store.start();
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  bridge = installFakeBridge();
  store = new LibraryStore();
});

afterEach(() => {
  stop();
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.useRealTimers();
});

describe('the library store', () => {
  it('loads page by page, each document once', async () => {
    await start(250);
    expect([store.documents.length, store.total]).toEqual([100, 250]);
    await store.loadMore();
    await store.loadMore();
    await store.loadMore();
    expect(new Set(store.documents.map(({ id }) => id)).size).toBe(250);
    expect(store.documents.length).toBe(250);
  });

  it('does not ask twice for the same page', async () => {
    await start(250);
    await Promise.all([store.loadMore(), store.loadMore()]);
    expect(store.documents.length).toBe(200);
  });

  it('is as long after a change as it was before', async () => {
    await start(450);
    await store.loadMore();
    await store.loadMore();
    await store.loadMore();
    bridge.emit('store:changed', { documents: [], everything: true });
    await settle();
    expect(store.documents.length).toBe(400);
  });

  it('asks once for changes that come in a row', async () => {
    await start(3);
    const before = bridge.callsOf('documents:list').length;
    for (let change = 0; change < 10; change++) {
      bridge.emit('store:changed', { documents: [], everything: false });
    }
    await settle();
    expect(bridge.callsOf('documents:list').length).toBe(before + 1);
  });

  it('asks for what was typed last, once the typing pauses', async () => {
    await start(3);
    for (const query of ['d', 'do', 'document 2']) store.setQuery(query);
    await settle();
    expect(store.documents.map((document) => document.document_name)).toEqual(['Document 2']);
    expect(store.shownQuery).toBe('document 2');
    expect(bridge.callsOf('documents:list')).toHaveLength(2);
  });

  it('shows the trash apart from the library', async () => {
    bridge.addDocument('Gone', '', { trashed: true });
    await start(2);
    store.setPlace('trash');
    await settle();
    expect(store.documents.map((document) => document.document_name)).toEqual(['Gone']);
  });

  it('keeps the list and says why when it cannot be loaded anew', async () => {
    await start(3);
    bridge.fail('documents:list', 'store_busy', 'The library is busy.');
    bridge.emit('store:changed', { documents: [], everything: true });
    await settle();
    expect(store.documents.length).toBe(3);
    expect(toasts.shown.map((toast) => toast.message)).toEqual(['The library is busy.']);
  });
});
