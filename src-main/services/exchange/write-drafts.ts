import { aDocument, may, type Principal } from '../../access/authorize.ts';
import type { Document } from '../../contract/domain.ts';
import type { LibraryStore } from '../../store/types.ts';
import { factsOf } from '../document-access.ts';
import type { WorkOptions } from '../work-options.ts';
import { createBreather } from './breather.ts';
import { draftColumns, draftRecord, latestDraft, recordWriter } from './draft-records.ts';
import type { DraftsRequest } from './types.ts';
import { writeFileWhole } from './write-file.ts';

const documentsPerMessage = 500;

/**
 * Writes what the principal may read of the documents that are not in the trash, each with its
 * latest draft. Answers how many.
 */
export async function writeDrafts(
  store: LibraryStore,
  principal: Principal,
  { folder, format }: DraftsRequest,
  file: string,
  { signal, onProgress }: WorkOptions,
): Promise<number> {
  const breathe = createBreather(signal);
  const writer = recordWriter(format, draftColumns);
  let documents = 0;
  async function* lines(): AsyncGenerator<string> {
    yield writer.header;
    for (const { id } of store.exchange.records(null).documents) {
      await breathe();
      const document = store.documents.get(id);
      if (document === null || !isWanted(store, principal, document, folder)) continue;
      yield writer.line(draftRecord(store, document, latestDraft(store, id)));
      documents += 1;
      if (documents % documentsPerMessage === 0) {
        onProgress({ message: `${documents} documents written`, fraction: null });
      }
    }
  }
  await writeFileWhole(file, lines(), signal);
  return documents;
}

function isWanted(
  store: LibraryStore,
  principal: Principal,
  document: Document,
  folder: string,
): boolean {
  if (document.trashed_on !== null) return false;
  const isInside =
    folder === '' || document.folder === folder || document.folder.startsWith(`${folder}/`);
  return isInside && may(principal, 'document:read', aDocument(factsOf(store, document)));
}
