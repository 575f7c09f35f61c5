import { describe, expect, it } from 'vitest';
import { fieldHeads } from '../../../src-main/store/projection/fold.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { changesOf, derivedRowsOf, openReplica, takeAll } from '../../fixtures/store/replicas.ts';
import {
  autodocOf,
  createDocument,
  openLibrary,
  ownerId,
} from '../../fixtures/store/temporary-library.ts';

function exchange(one: LibraryStore, other: LibraryStore): void {
  takeAll(other, changesOf(one));
  takeAll(one, changesOf(other));
}

function nameHeads(store: LibraryStore, documentId: string): number {
  const { connection, projector } = openReplica(store);
  const heads = fieldHeads(projector.history('document', documentId), 'document_name');
  connection.close();
  return heads.length;
}

const rename = (store: LibraryStore, id: string, document_name: string) =>
  store.write({ id: ownerId }, (t) => t.updateDocument(id, { document_name }));

describe('two machines', () => {
  it('keep both names that were given at once, show one, and settle on what is chosen', () => {
    const [one, other] = [openLibrary(), openLibrary()];
    const { id } = createDocument(one, 'First').document;
    exchange(one, other);
    rename(one, id, 'From one');
    rename(other, id, 'From other');
    exchange(one, other);
    const shown = one.documents.get(id)?.document_name ?? '';
    expect(['From one', 'From other']).toContain(shown);
    expect(other.documents.get(id)?.document_name).toBe(shown);
    expect([nameHeads(one, id), nameHeads(other, id)]).toEqual([2, 2]);
    rename(one, id, shown);
    exchange(one, other);
    expect([nameHeads(one, id), nameHeads(other, id)]).toEqual([1, 1]);
    expect(derivedRowsOf(one)).toEqual(derivedRowsOf(other));
  });

  it('change different fields at once without a conflict', () => {
    const [one, other] = [openLibrary(), openLibrary()];
    const { id } = createDocument(one).document;
    exchange(one, other);
    rename(one, id, 'Renamed');
    other.write({ id: ownerId }, (t) => t.updateDocument(id, { folder: 'moved' }));
    exchange(one, other);
    for (const store of [one, other]) {
      expect(store.documents.get(id)).toMatchObject({ document_name: 'Renamed', folder: 'moved' });
    }
  });

  it('draft what they queued themselves and nothing else', () => {
    const [one, other] = [openLibrary(), openLibrary()];
    const { document, version } = createDocument(one);
    const autodoc = one.write({ id: ownerId }, (t) =>
      t.queueAutodoc(autodocOf(document.id, version.id)),
    );
    exchange(one, other);
    expect(other.autodocs.get(autodoc.id)).toEqual(autodoc);
    expect(one.autodocs.queue()).toEqual([autodoc]);
    expect(other.autodocs.queue()).toEqual([]);
  });
});
