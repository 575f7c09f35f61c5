import type { SavedDocument } from '../../../src-main/contract/channels.ts';
import type { Id, User, Version, VersionWithBody } from '../../../src-main/contract/domain.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage } from '../../lib/report-error.ts';
import { diffWords, type DiffPiece } from '../../lib/word-diff.ts';
import { authorName } from './author-name.ts';

/** What a version is compared with: the text as it is now, or the version it was made from. */
export type ComparedWith = 'current' | 'previous';

export interface Comparison {
  readonly version: VersionWithBody;
  readonly comparedWith: ComparedWith;
  /** The newer of the two texts. */
  readonly after: string;
  /** From the older text to the newer one. */
  readonly pieces: readonly DiffPiece[];
}

/** A document's versions, and the one that is looked at. */
export class VersionsStore {
  readonly documentId: Id;
  readonly #currentBody: () => string;
  #versions = $state.raw<readonly Version[]>([]);
  #me = $state.raw<User | null>(null);
  #pickedId = $state<Id | null>(null);
  #comparedWith = $state<ComparedWith>('current');
  #comparison = $state.raw<Comparison | null>(null);
  #isLoading = $state(true);
  #isRestoring = $state(false);
  #problem = $state<string | null>(null);
  #comparing = new AbortController();

  constructor(documentId: Id, currentBody: () => string) {
    this.documentId = documentId;
    this.#currentBody = currentBody;
  }

  /** Newest first. */
  get versions(): readonly Version[] {
    return this.#versions;
  }

  get picked(): Version | undefined {
    return this.#versions.find(({ id }) => id === this.#pickedId);
  }

  get comparedWith(): ComparedWith {
    return this.#comparedWith;
  }

  /** Versions that no other version was made from: the text as it was last saved. */
  isCurrent(version: Version): boolean {
    if (version.refused !== null) return false;
    return !this.#versions.some(
      ({ parents, refused }) => refused === null && parents.includes(version.id),
    );
  }

  /** Null while it is being made. */
  get comparison(): Comparison | null {
    return this.#comparison;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get isRestoring(): boolean {
    return this.#isRestoring;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** A version's author for people. */
  authorOf(version: Version): string {
    return authorName(version, this.#me);
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stop = listen('store:changed', ({ documents, everything }) => {
      if (everything || documents.includes(this.documentId)) void this.load();
    });
    void this.load();
    return () => {
      stop();
      this.#comparing.abort();
    };
  }

  async load(): Promise<void> {
    try {
      const [versions, { user }] = await Promise.all([
        call('versions:list', { document_id: this.documentId }),
        call('accounts:status'),
      ]);
      this.#versions = versions;
      this.#me = user;
      this.#problem = null;
    } catch (error) {
      this.#problem = errorMessage(error);
    } finally {
      this.#isLoading = false;
    }
  }

  /** Looks at a version; null goes back to the list. */
  async pick(versionId: Id | null, comparedWith: ComparedWith = this.#comparedWith): Promise<void> {
    this.#pickedId = versionId;
    this.#comparedWith = comparedWith;
    await this.#compare();
  }

  /** Compares anew when the text has been changed since. */
  async refresh(): Promise<void> {
    const comparison = this.#comparison;
    if (comparison?.comparedWith !== 'current') return;
    if (comparison.after !== this.#currentBody()) await this.#compare();
  }

  async #compare(): Promise<void> {
    this.#comparing.abort();
    this.#problem = null;
    const picked = this.picked;
    const comparedWith = this.#comparedWith;
    const shown = this.#comparison;
    // The same comparison stays on show until its successor is ready.
    if (shown?.version.id !== picked?.id || shown?.comparedWith !== comparedWith) {
      this.#comparison = null;
    }
    if (picked === undefined) return;
    const { signal } = (this.#comparing = new AbortController());
    try {
      const version = await call('versions:show', { version_id: picked.id });
      const [before, after] =
        comparedWith === 'current'
          ? [version.document_body, this.#currentBody()]
          : [await this.#previousBody(picked), version.document_body];
      const pieces = await diffWords(before, after, { signal });
      this.#comparison = { version, comparedWith, after, pieces };
    } catch (error) {
      if (!signal.aborted) this.#problem = errorMessage(error);
    }
  }

  /** The body of the version that the picked one was made from; a first version was made from nothing. */
  async #previousBody(version: Version): Promise<string> {
    const [parentId] = version.parents;
    if (parentId === undefined) return '';
    return (await call('versions:show', { version_id: parentId })).document_body;
  }

  /**
   * Makes a new version with the picked one's text. Text that is in the editor and in no
   * version yet becomes a version first, so that nothing is lost and undo has somewhere to
   * go back to. Answers null when it failed; `problem` then says why.
   */
  async restore(): Promise<{ readonly restored: SavedDocument; readonly undoId: Id } | null> {
    const picked = this.picked;
    if (picked === undefined) return null;
    this.#isRestoring = true;
    try {
      const undoId = await this.#keepCurrentBody();
      const restored = await call('versions:restore', {
        document_id: this.documentId,
        version_id: picked.id,
      });
      this.#pickedId = null;
      return { restored, undoId };
    } catch (error) {
      this.#problem = errorMessage(error);
      return null;
    } finally {
      this.#isRestoring = false;
    }
  }

  /** The version that holds the editor's text, made now if there is none. */
  async #keepCurrentBody(): Promise<Id> {
    const body = this.#currentBody();
    const open = await call('documents:open', { document_id: this.documentId });
    // What did not merge stands beside the text, and is not built upon.
    const shownIds = open.head_version_ids.filter(
      (id) => !open.conflicts.some((conflict) => conflict.id === id),
    );
    const [headId] = shownIds;
    const isKept = shownIds.length === 1 && open.document.document_body === body;
    if (isKept && headId !== undefined) return headId;
    const saved = await call('documents:save', {
      document_id: this.documentId,
      document_body: body,
      base_version_ids: [...(open.journal?.base_version_ids ?? shownIds)],
      draft: false,
    });
    return saved.version.id;
  }

  /** Takes a restore back, by restoring the text that was there before. */
  async undoRestore(undoId: Id): Promise<SavedDocument | null> {
    try {
      return await call('versions:restore', {
        document_id: this.documentId,
        version_id: undoId,
      });
    } catch (error) {
      this.#problem = errorMessage(error);
      return null;
    }
  }
}
