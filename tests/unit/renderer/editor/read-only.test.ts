import { Text } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Document, DocumentState } from '../../../../src-main/contract/domain.ts';
import { DocumentStore } from '../../../../src-renderer/features/editor/document-store.svelte.ts';
import type { WritingSurface } from '../../../../src-renderer/features/editor/writing-surface.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';

let bridge: FakeBridge;
let store: DocumentStore;
let surface: ReturnType<typeof fakeSurface>;
let stop: () => void;

function fakeSurface() {
  return {
    text: '',
    isWritable: true,
    show(text: Text) {
      this.text = text.toString();
    },
    update(text: Text) {
      this.text = text.toString();
    },
    setWritable(isWritable: boolean) {
      this.isWritable = isWritable;
    },
    insert: vi.fn(),
    append: vi.fn(),
    replaceAll: vi.fn(),
    markReading: vi.fn(),
    markQuotes: vi.fn(),
    quotePlaces: () => new Map(),
    stressQuote: vi.fn(),
    selection: () => ({ from: 0, to: 0 }),
    focus: vi.fn(),
  } satisfies WritingSurface & { text: string; isWritable: boolean };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  bridge = installFakeBridge({ team: { user: 'bo' } });
  store = new DocumentStore();
  surface = fakeSurface();
  store.attach(surface);
  stop = store.start();
});

afterEach(() => {
  stop();
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.useRealTimers();
});

async function open(document_state: DocumentState, journal?: string): Promise<Document> {
  const document = bridge.addDocument('Catalogue', 'Paper.', {
    fields: { created_by: demoUsers.sofia.id, document_state },
    editorId: demoUsers.bo.id,
    ...(journal !== undefined && { journal }),
  });
  await store.open(document.id);
  await settle();
  return document;
}

/** Somebody else moves it on; the fake asks who may, so it is done behind its back. */
async function moveTo({ id }: Document, document_state: DocumentState): Promise<void> {
  bridge.changeDocument(id, { document_state });
  await settle();
}

function type(text: string): void {
  store.edited(Text.of([text]));
}

describe('a document that can only be read', () => {
  it('is not written to: neither saved, nor kept, nor inserted into', async () => {
    await open('in_review');
    expect([store.canWrite, surface.isWritable]).toEqual([false, false]);
    store.insert('words');
    expect(surface.insert).not.toHaveBeenCalled();
    expect(toasts.shown.at(-1)?.message).toContain('Nothing was put into it');
    expect(await store.save()).toBeNull();
    await store.keep();
    expect(bridge.callsOf('documents:save')).toEqual([]);
    expect(bridge.callsOf('documents:autosave')).toEqual([]);
    await store.close({ draft: true });
    expect(store.document).toBeNull();
  });

  it('becomes writable when changes are requested', async () => {
    const document = await open('in_review');
    await moveTo(document, 'changes_requested');
    expect([store.canWrite, surface.isWritable]).toEqual([true, true]);
  });

  it('leaves on the disk what autosave had kept, and brings it back with the right to save', async () => {
    const document = await open('in_review', 'Paper. And glue.');
    expect(surface.text).toBe('Paper.');
    await moveTo(document, 'changes_requested');
    expect(surface.text).toBe('Paper. And glue.');
    expect(store.notice?.kind).toBe('recovered');
  });

  it('holds back what autosave kept when it moves on under the writer', async () => {
    const document = await open('in_edit');
    type('Paper. And glue.');
    await store.keep();
    await moveTo(document, 'in_review');
    expect([surface.text, surface.isWritable]).toEqual(['Paper.', false]);
    expect(store.notice?.kind).toBe('held_back');
    expect(bridge.journal(document.id)?.document_body).toBe('Paper. And glue.');
    await store.close({ draft: true });
  });

  it('keeps on the screen what could not be kept anywhere, until it is let go', async () => {
    const document = await open('in_edit');
    type('Paper. And glue.');
    await moveTo(document, 'in_review');
    expect(store.notice?.kind).toBe('unwritable');
    expect(store.body).toBe('Paper. And glue.');
    await expect(store.close({ draft: true })).rejects.toThrow();
    expect(store.document).not.toBeNull();
    await store.letGo();
    expect([surface.text, store.body, store.notice]).toEqual(['Paper.', 'Paper.', null]);
    await store.close({ draft: true });
    expect(store.document).toBeNull();
  });

  it('is gone when it is taken away, and text on the screen alone is not', async () => {
    const document = await open('in_edit');
    bridge.work.retain(document.id, demoUsers.elif.id);
    await moveTo(document, 'assigned');
    expect(store.document).toBeNull();
    expect(toasts.shown.at(-1)?.message).toBe('“Catalogue” is no longer among your documents.');

    const other = await open('in_edit');
    type('Paper. And glue.');
    bridge.work.retain(other.id, null);
    await moveTo(other, 'draft');
    expect(store.body).toBe('Paper. And glue.');
    expect([store.canWrite, store.notice?.kind]).toEqual([false, 'unwritable']);
    await store.letGo();
    expect(store.document).toBeNull();
  });
});

describe('an approved text', () => {
  it('says once that a change opens its review again', async () => {
    await open('approved');
    type('Paper!');
    expect(store.notice?.kind).toBe('reopens');
    store.dismissNotice();
    type('Paper!!');
    expect(store.notice).toBeNull();
  });
});
