import { expect, it } from 'vitest';
import { openLibrary, ownerId } from '../../fixtures/store/temporary-library.ts';

const page = { query: 'lawn', visible_to: null, place: 'library', offset: 0, limit: 3 } as const;

it('finds a word that thousands of documents have: those named by it, then the newest', async () => {
  const store = openLibrary();
  const ids = store.write({ id: ownerId }, (t) =>
    Array.from({ length: 5_001 }, (_, index) => {
      const document_name = index === 1_000 ? 'The lawn' : `Document ${index}`;
      const made = t.createDocument({ document_name, document_body: `Mow the lawn ${index}.` });
      return made.document.id;
    }),
  );
  // So many at once are read into the index while nobody waits for it.
  await expect.poll(() => store.documents.list(page).total, { timeout: 20_000 }).toBe(5_001);
  const found = store.documents.list(page);
  expect(found.documents.map(({ id }) => id)).toEqual([ids[1_000], ids[5_000], ids[4_999]]);
  const byName = store.documents.list({
    ...page,
    sort: { by: 'document_name', direction: 'asc' },
  });
  expect(byName.total).toBe(5_001);
  expect(byName.documents.map(({ document_name }) => document_name)).toEqual([
    'Document 0',
    'Document 1',
    'Document 10',
  ]);
  // Few have both words: they are ranked.
  const [best] = store.documents.list({ ...page, query: 'lawn 1000' }).documents;
  expect(best?.id).toBe(ids[1_000]);
});
