import type {
  Document,
  Id,
  OpenDocument,
  User,
  Version,
} from '../../../src-main/contract/domain.ts';
import { call } from '../../ipc/client.ts';
import { reportError } from '../../lib/report-error.ts';
import { diffWords, type DiffPiece } from '../../lib/word-diff.ts';
import { authorName } from './author-name.ts';
import { wordsOf } from './words-of.ts';

/** What others did to a document since its user last looked at it. */
export interface ChangeSinceSeen {
  /** Whoever wrote last, and when. */
  readonly authorName: string;
  readonly changedOn: string;
  readonly addedWords: number;
  readonly removedWords: number;
  readonly pieces: readonly DiffPiece[];
}

/** Tells what changed in the open document since its user last looked; says so until it was read. */
export class SinceSeenStore {
  #change = $state.raw<ChangeSinceSeen | null>(null);
  #documentId: Id | null = null;
  /** A newest version, as long as it was not looked at. */
  #unseenId: Id | null = null;
  /** Of several newest ones, merged, the machine remembers one alone: these were looked at too. */
  #looked: readonly Id[] = [];
  #comparing = new AbortController();
  readonly #onSeen: (versionId: Id) => Promise<void>;

  /** `onSeen` remembers that a version of the open document has been looked at. */
  constructor(onSeen: (versionId: Id) => Promise<void>) {
    this.#onSeen = onSeen;
  }

  get change(): ChangeSinceSeen | null {
    return this.#change;
  }

  /** Looks at the open document as it stands: opened, saved, or changed elsewhere. */
  async look({ document, seen_version_id, head_version_ids }: OpenDocument) {
    if (document.id !== this.#documentId) this.#change = null;
    this.#documentId = document.id;
    const headId =
      head_version_ids.find((id) => id !== seen_version_id && !this.#looked.includes(id)) ?? null;
    const isKnown = headId === this.#unseenId;
    this.#unseenId = headId;
    // Saving upon a change by others does not mean that it was read: what is said of it stays.
    if (isKnown || headId === null) return;
    this.#comparing.abort();
    const { signal } = (this.#comparing = new AbortController());
    try {
      const change =
        seen_version_id === null
          ? null
          : await this.#changeSince(document, seen_version_id, headId, signal);
      signal.throwIfAborted();
      if (change !== null) this.#change = change;
      else if (head_version_ids.length === 1 || seen_version_id === null) await this.see();
      else this.#looked = [...this.#looked, headId];
    } catch (thrown) {
      if (!signal.aborted) reportError(thrown);
    }
  }

  /** It was read. */
  async see(): Promise<void> {
    const versionId = this.#unseenId;
    if (versionId === null) return;
    this.#unseenId = null;
    this.#looked = [...this.#looked, versionId];
    try {
      await this.#onSeen(versionId);
    } catch (thrown) {
      reportError(thrown);
    }
  }

  /** It was read, or is not to be. */
  async dismiss(): Promise<void> {
    const seeing = this.see();
    this.#change = null;
    await seeing;
  }

  stop(): void {
    this.#comparing.abort();
  }

  /** Null where nobody else wrote, or the words came out the same. */
  async #changeSince(
    document: Document,
    seenId: Id,
    headId: Id,
    signal: AbortSignal,
  ): Promise<ChangeSinceSeen | null> {
    const [{ user }, versions] = await Promise.all([
      call('accounts:status'),
      call('versions:list', { document_id: document.id }),
    ]);
    const last = lastByOthers(versions, seenId, headId, user);
    if (last === undefined) return null;
    const seen = await call('versions:show', { version_id: seenId });
    const pieces = await diffWords(seen.document_body, document.document_body, { signal });
    if (pieces.every(({ kind }) => kind === 'same')) return null;
    return {
      authorName: authorName(last, user),
      changedOn: last.created_on,
      addedWords: wordsOf(pieces, 'added'),
      removedWords: wordsOf(pieces, 'removed'),
      pieces,
    };
  }
}

/** The newest version since the one that was seen that somebody else made. */
function lastByOthers(
  versions: readonly Version[],
  seenId: Id,
  headId: Id,
  me: User | null,
): Version | undefined {
  const seenAt = versions.findIndex(({ id }) => id === seenId);
  const since = seenAt < 0 ? versions : versions.slice(0, seenAt);
  const isByOthers = (version: Version | undefined) => version?.created_by !== me?.id;
  // What was written beside the seen version may be older than it, and is new here all the same.
  const head = versions.find(({ id }) => id === headId);
  return since.find(isByOthers) ?? (isByOthers(head) ? head : undefined);
}
