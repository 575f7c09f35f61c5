import type { ChannelInput } from '../../../src-main/contract/channels.ts';
import type { Document, Id } from '../../../src-main/contract/domain.ts';
import type { RetentionWithNames } from '../../../src-main/contract/work.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage } from '../../lib/report-error.ts';

/** What is said about a document changes here, and who was retained for it is known here. */
export class BriefStore {
  readonly documentId: Id;
  #retentions = $state.raw<readonly RetentionWithNames[]>([]);
  #problem = $state<string | null>(null);
  #isSaving = $state(false);

  constructor(documentId: Id) {
    this.documentId = documentId;
  }

  /** Newest first. */
  get retentions(): readonly RetentionWithNames[] {
    return this.#retentions;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get isSaving(): boolean {
    return this.#isSaving;
  }

  /** Loads, and follows what changes. The answer stops. */
  start(): () => void {
    void this.#load();
    return listen('store:changed', ({ documents, everything }) => {
      if (everything || documents.includes(this.documentId)) void this.#load();
    });
  }

  /** Answers the document as it is described now; null where it failed, and `problem` says why. */
  async describe(
    description: Omit<ChannelInput<'documents:describe'>, 'document_id'>,
  ): Promise<Document | null> {
    this.#isSaving = true;
    this.#problem = null;
    try {
      return await call('documents:describe', { document_id: this.documentId, ...description });
    } catch (thrown) {
      this.#problem = errorMessage(thrown);
      return null;
    } finally {
      this.#isSaving = false;
    }
  }

  async #load(): Promise<void> {
    try {
      this.#retentions = await call('retentions:list', { document_id: this.documentId });
    } catch (thrown) {
      this.#problem = errorMessage(thrown);
    }
  }
}
