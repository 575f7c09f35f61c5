import type { LibraryStore } from '../store/types.ts';

/** UTF-16 code units in all: far more than is measured on, whatever the language. */
const enoughUnits = 40_000;
const pageSize = 50;

/** The texts of the user's own documents, the last changed first, until they are enough to measure on. */
export function latestDocuments(store: LibraryStore): readonly string[] {
  const texts: string[] = [];
  let units = 0;
  for (let offset = 0; units < enoughUnits; offset += pageSize) {
    const page = {
      query: '',
      place: 'library',
      visible_to: null,
      offset,
      limit: pageSize,
    } as const;
    const { documents } = store.documents.list(page);
    for (const { id } of documents) {
      const body = store.documents.get(id)?.document_body ?? '';
      // The cut may split a character.
      texts.push(body.slice(0, enoughUnits - units).toWellFormed());
      units += body.length;
      if (units >= enoughUnits) break;
    }
    if (documents.length < pageSize) break;
  }
  return texts.filter((text) => text !== '');
}
