import path from 'node:path';
import { authorOf } from '../access/authorize.ts';
import { AppError } from '../contract/errors.ts';
import type { PurgeReport } from '../contract/team.ts';
import type { LibraryStore } from '../store/types.ts';
import { authorizeDocument } from './document-access.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { DocumentsService } from './services.ts';
import { teamFileIn } from './team/shared-values.ts';

export interface PurgeOptions {
  readonly library: LibraryHandle;
  readonly events: EventBus;
  /** Of a library's folder: `LibraryStore.eraseTraces`, where the window does not wait for it. */
  readonly eraseTraces: (directory: string) => Promise<readonly string[]>;
}

/** Empties a document of all its words, here at once and on every machine that hears of it. */
export function createPurge({
  library,
  events,
  eraseTraces,
}: PurgeOptions): DocumentsService['purge'] {
  return async (principal, { document_id }) => {
    const store = library.store();
    authorizeDocument(principal, 'document:purge', store, document_id);
    const changes = store.write(authorOf(principal), (transaction) =>
      transaction.purgeDocument(document_id),
    );
    events.emit('store:changed', { documents: [document_id], everything: true });
    const copies = await eraseTraces(store.directory).catch((thrown: unknown) => {
      // It is purged; the store itself tries again when it is closed.
      if (thrown instanceof AppError) return null;
      throw thrown;
    });
    return { changes, unreachable: unreachable(store, copies) };
  };
}

function unreachable(
  { directory, values }: LibraryStore,
  copies: readonly string[] | null,
): PurgeReport['unreachable'] {
  const names = (copies ?? []).map((file) => path.relative(directory, file)).join(', ');
  const folder = teamFileIn(values);
  return [
    ...(copies === null
      ? ['The library’s own files could not be written anew now: that is done when Autodoc ends.']
      : []),
    ...(names === ''
      ? []
      : [
          `Files kept aside in ${directory} that could not be written to and may still have it: ${names}. ` +
            'Delete them if it must be gone.',
        ]),
    ...(folder === null
      ? []
      : [
          'Machines of the team keep it until they next share with this one. One that never does keeps it for good.',
          'The sync service may keep earlier versions of the team file, and deleted files, for a while.',
        ]),
    'Backups, exports and copies that people made themselves keep it.',
    'What somebody copied into another document stays there.',
  ];
}
