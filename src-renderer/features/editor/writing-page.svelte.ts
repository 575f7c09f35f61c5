import type { Text } from '@codemirror/state';
import type { SavedDocument } from '../../../src-main/contract/channels.ts';
import type { Document, Id, OpenDocument } from '../../../src-main/contract/domain.ts';
import type { CommentAnchor } from '../../../src-main/contract/work.ts';
import { toasts } from '../../ui/toasts.svelte.ts';
import { KeptText, shownVersions } from './kept-text.ts';
import {
  changedElsewhereNotice,
  heldBackNotice,
  recoveredNotice,
  reopensNotice,
  trashedNotice,
  unwritableNotice,
  type Notice,
} from './notices.ts';
import { Saving } from './parts/saving.svelte.ts';
import { ScreenText } from './screen-text.svelte.ts';

/** What a save sends of the text, beside what it is for. */
interface Content {
  readonly document_body: string;
  readonly base_version_ids: Id[];
}

/**
 * The open document as the writer has it before them: what was told of it, its text on the
 * screen, what of that is on the disk, and what they should know. Here is decided what becomes of
 * the text when others write, or the right to write changes. Nothing here asks or waits: whatever
 * is told to it, it has come to terms with when the call returns.
 */
export class WritingPage {
  #opened = $state.raw<OpenDocument | null>(null);
  #notice = $state.raw<Notice | null>(null);
  /** Whether it was said that a change of this approved text opens its review again. */
  #isToldOfReview = false;
  readonly #kept = new KeptText();
  readonly screen = new ScreenText();
  readonly saving: Saving;

  /** `keep` is called when it is time to keep what was typed. */
  constructor(keep: () => void) {
    this.saving = new Saving(keep);
  }

  get opened(): OpenDocument | null {
    return this.#opened;
  }

  get document(): Document | null {
    return this.#opened?.document ?? null;
  }

  get canWrite(): boolean {
    return this.#opened?.allowed.includes('document:write') ?? false;
  }

  get notice(): Notice | null {
    return this.#notice;
  }

  get text(): Text {
    return this.screen.text;
  }

  get body(): string {
    return this.#kept.bodyOf(this.text);
  }

  /** The text as it is sent to be kept. */
  get content(): Content {
    return { document_body: this.body, base_version_ids: this.#kept.bases };
  }

  /** Whether the text is on the disk, in a version or in the journal. */
  get isKept(): boolean {
    return this.#kept.has(this.text);
  }

  /** Whether the text is the last version's. */
  get isVersion(): boolean {
    return this.#kept.isVersion(this.text);
  }

  /** What is selected, as the anchor of a comment; null where nothing is. */
  selectedAnchor(): CommentAnchor | null {
    const [version_id] = this.#kept.bases;
    const anchor = this.screen.quotes.selected();
    return version_id === undefined || anchor === null ? null : { ...anchor, version_id };
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  /** Another document, or the same one anew; null for none. */
  take(opened: OpenDocument | null): void {
    this.#opened = opened;
    this.#isToldOfReview = false;
    // What autosave kept waits on the disk until it can be saved.
    this.#kept.open(opened === null || this.canWrite ? opened : { ...opened, journal: null });
    this.screen.surface?.setWritable(this.canWrite);
    this.screen.show(opened === null ? null : this.#kept.text);
    this.#notice = null;
    if (opened !== null && opened.document.trashed_on !== null) this.#notice = trashedNotice;
    else if (!this.isVersion) this.#notice = recoveredNotice;
    this.#settle();
  }

  /** The text changed under the writer's hands. */
  edited(text: Text): void {
    this.screen.edited(text);
    if (this.#kept.has(text)) {
      this.#settle();
      return;
    }
    if (this.document?.document_state === 'approved' && !this.#isToldOfReview) {
      this.#isToldOfReview = true;
      this.#notice ??= reopensNotice;
    }
    this.saving.typed();
  }

  /** The journal took a text. */
  journaled(text: Text): void {
    this.#kept.journaled(text);
    this.#settle();
  }

  /** A text became a version. It may have been typed on meanwhile. */
  saved(text: Text, saved: SavedDocument): void {
    this.renew({ document: saved.document, head_version_ids: saved.head_version_ids });
    this.#kept.saved(text, saved);
    if (this.#notice?.kind !== 'trashed') this.#notice = null;
    this.#settle();
  }

  /** An earlier version was made the newest. What was typed since stays one Ctrl+Z away. */
  restored({ document, version, head_version_ids }: SavedDocument): void {
    this.renew({ document, head_version_ids });
    this.#kept.replaced(document.document_body, [version.id]);
    this.#notice = null;
    const { text } = this.#kept;
    if (!this.isKept) this.screen.surface?.replaceAll(text.toString());
    this.#settle();
  }

  /** What an answer told that is new about the open document, and changes nothing of its text. */
  renew(news: Partial<OpenDocument>): void {
    if (this.#opened !== null) this.#opened = { ...this.#opened, ...news };
  }

  /** The open document as it is by now; null where it is no longer among this user's. */
  follow(opened: OpenDocument | null): void {
    if (opened === null) {
      this.#lose();
      return;
    }
    const { document } = opened;
    const versionIds = shownVersions(opened);
    const couldWrite = this.canWrite;
    this.#opened = opened;
    if (couldWrite !== this.canWrite && this.#changeHands(opened)) return;
    if (document.trashed_on !== null) this.#notice = trashedNotice;
    else if (this.#notice?.kind === 'trashed') this.#notice = null;
    if (this.#kept.isOnTopOf(versionIds)) return;

    if (!this.isVersion) {
      // The text on the screen stays the writer's; saving it makes a version beside the other,
      // and what is shown then is the merge of both.
      if (this.#kept.isToldOf(versionIds)) return;
      this.#kept.told(versionIds);
      this.#notice = changedElsewhereNotice;
      return;
    }
    if (this.#notice?.kind === 'changed_elsewhere') this.#notice = null;
    this.#kept.replaced(document.document_body, versionIds);
    this.screen.update(this.#kept.text);
    this.#settle();
  }

  /** The document is no longer among this user's. Text that is on the screen alone stays there. */
  #lose(): void {
    const name = this.document?.document_name ?? '';
    if (this.isKept) {
      this.take(null);
      toasts.show(`“${name}” is no longer among your documents.`);
      return;
    }
    this.renew({ allowed: [] });
    this.screen.surface?.setWritable(false);
    this.saving.stop();
    this.#notice = unwritableNotice;
  }

  /**
   * The writer may write from now on, or no longer. Answers whether the document was taken anew:
   * what autosave kept comes back to the screen with the right to save it, and goes with it. Text
   * that is on the screen alone stays there.
   */
  #changeHands(opened: OpenDocument): boolean {
    this.screen.surface?.setWritable(this.canWrite);
    if (this.canWrite) {
      if (opened.journal === null || !this.isVersion) return false;
      this.take(opened);
      return true;
    }
    this.saving.stop();
    if (this.isVersion) return false;
    if (!this.isKept) {
      this.#notice = unwritableNotice;
      return true;
    }
    this.take(opened);
    this.#notice = heldBackNotice;
    return true;
  }

  #settle(): void {
    this.saving.settle({ isKept: this.isKept, canWrite: this.canWrite });
  }
}
