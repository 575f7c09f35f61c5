import type { Id, VersionWithBody } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import { allDocuments, authorize, type Principal } from '../access/authorize.ts';
import type { LibraryHandle } from './library-handle.ts';
import { authorizeDocument } from './document-access.ts';
import type { Saving } from './saving.ts';
import type { Room } from './services.ts';

export interface VersionsServiceOptions {
  readonly library: LibraryHandle;
  readonly saving: Saving;
}

export function createVersionsService(options: VersionsServiceOptions): Room<'versions'> {
  const { library, saving } = options;

  function findVersion(principal: Principal, versionId: Id): VersionWithBody {
    authorize(principal, 'document:list', allDocuments);
    const version = library.store().versions.get(versionId);
    if (version !== null) {
      authorizeDocument(principal, 'document:read', library.store(), version.document_id);
      return version;
    }
    throw new AppError('not_found', `There is no version ${versionId} in this library.`, {
      details: { id: versionId },
    });
  }

  return {
    list(principal, { document_id }) {
      authorizeDocument(principal, 'document:read', library.store(), document_id);
      return library.store().versions.list(document_id);
    },

    show(principal, { version_id }) {
      return findVersion(principal, version_id);
    },

    async restore(principal, { document_id, version_id }) {
      authorizeDocument(principal, 'document:write', library.store(), document_id);
      const { document_body, document_id: owner } = findVersion(principal, version_id);
      if (owner !== document_id) {
        throw new AppError('invalid_input', 'That version belongs to another document.', {
          details: { document_id, version_id },
        });
      }
      // Autosaved text is not a version yet: it becomes one before it is replaced.
      await saving.keepJournal(principal, document_id, { draft: false });
      const base_version_ids = library.store().documents.headVersionIds(document_id);
      return saving.save(principal, { document_id, document_body, base_version_ids, draft: false });
    },
  };
}
