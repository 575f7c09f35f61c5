import { aDocument, authorize, type DocumentFacts, type Principal } from '../access/authorize.ts';
import type { Document, DocumentOperation, Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { LibraryStore } from '../store/types.ts';

/** Throws `not_found`. */
export function findDocument(store: LibraryStore, documentId: Id): Document {
  const document = store.documents.get(documentId);
  if (document !== null) return document;
  throw new AppError('not_found', `There is no document ${documentId} in this library.`, {
    details: { id: documentId },
  });
}

export function factsOf(
  store: LibraryStore,
  { id, created_by, document_state }: Pick<Document, 'id' | 'created_by' | 'document_state'>,
): DocumentFacts {
  const editor_id = store.retentions.present(id)?.editor_id ?? null;
  return { id, created_by, document_state, editor_id };
}

/** The document, once the principal may do this to it. Throws `not_found` or what `authorize` does. */
export function authorizeDocument(
  principal: Principal,
  operation: DocumentOperation,
  store: LibraryStore,
  documentId: Id,
): Document {
  // Who may not look must not learn which ids there are.
  authorizeLooking(principal);
  const document = findDocument(store, documentId);
  authorize(principal, operation, aDocument(factsOf(store, document)));
  return document;
}

function authorizeLooking(principal: Principal): void {
  authorize(principal, 'document:list', { kind: 'document', id: null });
}
