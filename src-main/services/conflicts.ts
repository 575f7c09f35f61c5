import type { LibraryHandle } from './library-handle.ts';
import { authorizeDocument } from './document-access.ts';
import type { Room } from './services.ts';

/** What stands beside a document's text because it did not merge. Settled by saving a text. */
export function createConflictsService({
  library,
}: {
  readonly library: LibraryHandle;
}): Room<'conflicts'> {
  return {
    show(principal, { document_id }) {
      const store = library.store();
      authorizeDocument(principal, 'document:read', store, document_id);
      return store.conflicts.view(document_id);
    },
  };
}
