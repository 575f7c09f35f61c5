import type { Id, VersionWithBody } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import { actorOf, aDocument, authorize, aVersion } from './access.ts';
import type { LibraryHandle } from './library-handle.ts';
import { findDocument, type Saving } from './saving.ts';
import type { Room } from './services.ts';

export interface VersionsServiceOptions {
  readonly library: LibraryHandle;
  readonly saving: Saving;
}

export function createVersionsService(options: VersionsServiceOptions): Room<'versions'> {
  const { library, saving } = options;

  function findVersion(versionId: Id): VersionWithBody {
    const version = library.store().versions.get(versionId);
    if (version !== null) return version;
    throw new AppError('not_found', `There is no version ${versionId} in this library.`, {
      details: { id: versionId },
    });
  }

  return {
    list(principal, { document_id }) {
      authorize(principal, 'document:read', aDocument(document_id));
      findDocument(library.store(), document_id);
      return library.store().versions.list(document_id);
    },

    show(principal, { version_id }) {
      authorize(principal, 'document:read', aVersion(version_id));
      return findVersion(version_id);
    },

    async restore(principal, { document_id, version_id }) {
      authorize(principal, 'document:write', aDocument(document_id));
      const actorId = actorOf(principal);
      findDocument(library.store(), document_id);
      const { document_body, document_id: owner } = findVersion(version_id);
      if (owner !== document_id) {
        throw new AppError('invalid_input', 'That version belongs to another document.', {
          details: { document_id, version_id },
        });
      }
      // Autosaved text is not a version yet: it becomes one before it is replaced.
      await saving.keepJournal(actorId, document_id, { draft: false });
      const base_version_ids = library.store().documents.headVersionIds(document_id);
      return saving.save(actorId, { document_id, document_body, base_version_ids, draft: false });
    },
  };
}
