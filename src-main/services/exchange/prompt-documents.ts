import { createHash } from 'node:crypto';
import {
  authorize,
  authorOf,
  memberOf,
  theLibrary,
  type Principal,
} from '../../access/authorize.ts';
import type { AutodocWithDocument, Document, Id } from '../../contract/domain.ts';
import type { DraftQueue } from '../drafting/draft-queue.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { Prompt } from './csv/prompt.ts';

export interface PromptDocumentsOptions {
  readonly library: LibraryHandle;
  readonly queue: DraftQueue;
  readonly events: EventBus;
}

interface PromptDocument {
  readonly document: Document;
  /** False where the document was there already. */
  readonly isNew: boolean;
  /** Null where the document was there already. */
  readonly autodoc: AutodocWithDocument | null;
}

/** Makes documents of rows. */
export interface PromptDocuments {
  /**
   * The id that a row's document has: the same for the same row of the same user on this machine,
   * whenever it is asked.
   */
  idOf(principal: Principal, source: string, line: number, prompt: Prompt): Id;
  /** Makes the document and queues its draft, in one transaction; or finds it, made before. */
  make(principal: Principal, documentId: Id, prompt: Prompt): Promise<PromptDocument>;
}

export function createPromptDocuments(options: PromptDocumentsOptions): PromptDocuments {
  const { library, queue, events } = options;
  return {
    idOf(principal, source, line, { document_body }) {
      // Other machines of a team may have a file of the same name, and others at this one must not
      // come upon these documents.
      const whose = [library.store().replicaId, memberOf(principal).id];
      return idFrom(JSON.stringify(['autodoc-prompt-1', ...whose, source, line, document_body]));
    },

    async make(principal, documentId, prompt) {
      authorize(principal, 'document:create', theLibrary);
      const store = library.store();
      const there = store.documents.get(documentId);
      if (there !== null) return { document: there, isNew: false, autodoc: null };
      const order = await queue.order(prompt.document_body);
      const made = store.write(authorOf(principal), (transaction): PromptDocument => {
        // Looked at within the transaction: another process may read the same file.
        const meanwhile = store.documents.get(documentId);
        if (meanwhile !== null) return { document: meanwhile, isNew: false, autodoc: null };
        const { document, version } = transaction.createDocument({ id: documentId, ...prompt });
        const autodoc = order === null ? null : queue.place(transaction, order, version);
        return { document, isNew: true, autodoc };
      });
      if (order !== null && made.autodoc !== null) {
        events.emit('store:changed', { documents: [documentId], everything: false });
        queue.announce(order, made.autodoc);
      }
      return made;
    },
  };
}

/** A UUID of version 8, the one for hashes (RFC 9562, 5.8). */
function idFrom(text: string): Id {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = bytes.toString('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}
