import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Id } from '../../contract/domain.ts';
import type { Logger } from '../../logging/logger.ts';
import { openStore } from '../../store/open-store.ts';
import type { LibraryStore } from '../../store/types.ts';
import type { LongWork, MadeLibrary, NewLibrary } from '../client-types.ts';
import { nodeDisk } from '../disk.ts';
import { rememberMadeFrom } from '../memory.ts';
import { requireGoing } from '../patience.ts';
import { makeLibraryIn } from './new-folder.ts';
import { openCopy } from './open-copy.ts';

/** Documents whose changes are taken in one transaction. */
const documentsAtATime = 20;
const pageLength = 500;

/**
 * Makes a library from a copy of a team file: the same library, with all its changes, on this
 * machine. Throws what `openCopy` throws, `already_exists`, `cancelled`, `store_*`, `disk_full`.
 */
export async function joinLibrary(
  request: NewLibrary & { readonly file: string },
  { signal, onProgress }: LongWork,
  logger: Logger,
): Promise<MadeLibrary> {
  return makeLibraryIn(request.directory, async (folder) => {
    onProgress({ message: 'Looking into the team file', fraction: null });
    const place = path.join(folder, 'team');
    const copy = openCopy(request.file, place, logger);
    try {
      const made = await withNew(folder, request, logger, copy.libraryId, async (store) => {
        const { taken } = await store.team.take(copy.source, {
          signal,
          // Nobody else writes to it: only a cancel has to be heard.
          breathe: () => setImmediate(),
          onProgress: (done, total) =>
            onProgress({
              message: 'Taking in changes',
              fraction: total === 0 ? null : done / total,
            }),
        });
        rememberMadeFrom(store, request.file);
        return taken;
      });
      requireGoing(signal);
      return made;
    } finally {
      copy.close();
      nodeDisk.removeFolder(place);
    }
  });
}

/**
 * Makes a library of its own from documents of another one, with whom they name. Nothing else
 * of that one comes along, and nothing in it changes. Throws `not_found`, `already_exists`,
 * `cancelled`, `store_*`, `disk_full`.
 */
export async function createLibrary(
  request: NewLibrary & { readonly from: string; readonly documentIds: readonly Id[] | null },
  { signal, onProgress }: LongWork,
  logger: Logger,
): Promise<MadeLibrary> {
  const source = openStore({ directory: request.from, create: false, isChecked: true, logger });
  try {
    const ids = request.documentIds ?? documentIdsOf(source);
    return await makeLibraryIn(request.directory, (folder) =>
      withNew(folder, request, logger, null, async (store) => {
        let changes = 0;
        for (let at = 0; at < ids.length; at += documentsAtATime) {
          onProgress({ message: 'Copying documents', fraction: at / ids.length });
          await setImmediate();
          requireGoing(signal);
          const some = ids.slice(at, at + documentsAtATime);
          // Nobody vouches for them: a library that is made has no accounts.
          changes += store.exchange.take({ id: store.libraryId }, changesOf(source, some)).taken;
        }
        return changes;
      }),
    );
  } finally {
    source.close();
  }
}

function* changesOf(source: LibraryStore, documentIds: readonly Id[]) {
  for (const id of documentIds) yield* source.exchange.changesOf(id);
}

/** All that are not in the trash. */
function documentIdsOf(source: LibraryStore): readonly Id[] {
  const ids: Id[] = [];
  for (;;) {
    const { documents } = source.documents.list({
      ...{ query: '', place: 'library', visible_to: null, offset: ids.length, limit: pageLength },
    });
    ids.push(...documents.map(({ id }) => id));
    if (documents.length < pageLength) return ids;
  }
}

/** Opens a library that is made in `folder`, and says what it holds once `work` has filled it. */
async function withNew(
  folder: string,
  { values, keys = [] }: NewLibrary,
  logger: Logger,
  libraryId: Id | null,
  work: (store: LibraryStore) => Promise<number>,
): Promise<MadeLibrary> {
  const store = openStore({
    directory: folder,
    logger,
    ...(libraryId !== null && { libraryId }),
  });
  try {
    for (const [key, value] of Object.entries(values)) store.values.set(key, value);
    for (const key of keys) store.keyring.putKey(key);
    const changes = await work(store);
    return {
      library_id: store.libraryId,
      documents: store.documents.list({
        ...{ query: '', place: 'library', visible_to: null, offset: 0, limit: 1 },
      }).total,
      changes,
      accounts_are_on: store.accountsAreOn(),
    };
  } finally {
    store.close();
  }
}
