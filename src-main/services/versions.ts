import type { Id, Version, VersionWithBody } from '../contract/domain.ts';
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
    const { versions } = library.store();
    const version = versions.get(versionId) ?? versions.getRefused(versionId);
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
      const { versions } = library.store();
      return withRefused(versions.list(document_id), versions.listRefused(document_id));
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
      const base_version_ids = library.store().documents.shownVersionIds(document_id);
      return saving.save(principal, { document_id, document_body, base_version_ids, draft: false });
    },
  };
}

/** Each where its maker's clock puts it among those that count, whose order stays. */
function withRefused(versions: readonly Version[], refused: readonly Version[]): Version[] {
  const all = [...versions];
  for (const version of refused) {
    const older = all.findIndex(({ created_on }) => created_on < version.created_on);
    all.splice(older < 0 ? all.length : older, 0, version);
  }
  return all;
}
