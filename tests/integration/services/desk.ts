import { createConflictsService } from '../../../src-main/services/conflicts.ts';
import { createDocumentsService } from '../../../src-main/services/documents.ts';
import type { DraftQueue } from '../../../src-main/services/drafting/draft-queue.ts';
import { createEventBus } from '../../../src-main/services/event-bus.ts';
import { createLibraryHandle } from '../../../src-main/services/library-handle.ts';
import { createRetentionsService } from '../../../src-main/services/retentions.ts';
import { createSaving } from '../../../src-main/services/saving.ts';
import { createVersionsService } from '../../../src-main/services/versions.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { writerPrincipal, type Writer } from '../../fixtures/store/writing-team.ts';

const queue: DraftQueue = {
  order: () => Promise.resolve(null),
  place: () => {
    throw new Error('Nothing is drafted here');
  },
  announce: () => undefined,
};

export type Desk = ReturnType<typeof openDesk>;

/** The real services of documents at one machine, for anybody who works at it; nothing is drafted. */
export function openDesk(store: LibraryStore) {
  const library = createLibraryHandle({
    ...{ directory: store.directory, exists: () => true, open: () => store },
  });
  const events = createEventBus();
  const saving = createSaving({ library, queue, events });
  return {
    store,
    documents: createDocumentsService({
      ...{ library, saving, queue, events },
      eraseTraces: () => Promise.resolve(store.eraseTraces()),
    }),
    retentions: createRetentionsService({ library, events }),
    versions: createVersionsService({ library, saving }),
    conflicts: createConflictsService({ library }),
    as: (writer: Writer) => writerPrincipal(store, writer),
  };
}
