import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { LibraryStore } from '../../store/types.ts';

/** The text of a version; null where it was purged or has not arrived. */
export function bodyOf(store: LibraryStore, versionId: Id): string | null {
  try {
    return store.versions.get(versionId)?.document_body ?? null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}
