import { Text } from '@codemirror/state';
import type { SavedDocument } from '../../../src-main/contract/channels.ts';
import type { Id, OpenDocument } from '../../../src-main/contract/domain.ts';
import { bodyOf, lineBreakOf, textOf } from './parts/body-text.ts';

/**
 * What of the open document is on the disk, and on top of which versions it was typed. The text
 * on the screen is compared with it; nothing here talks to anybody.
 */
export class KeptText {
  /** The text of the last version, and the text that is on disk: a version or the journal. */
  #versioned = Text.empty;
  #kept = Text.empty;
  #lineBreak = '\n';
  #bases: readonly Id[] = [];
  /** The document's newest versions that the writer has seen or been told of. */
  #knownHeads: readonly Id[] = [];

  /** The text that is on disk. */
  get text(): Text {
    return this.#kept;
  }

  /** The versions that the text was typed on top of. */
  get bases(): Id[] {
    return [...this.#bases];
  }

  /** Whether a text is on disk, in a version or in the journal. */
  has(text: Text): boolean {
    return text.eq(this.#kept);
  }

  /** Whether a text is the last version's. */
  isVersion(text: Text): boolean {
    return text.eq(this.#versioned);
  }

  /** Whether the writer knows all of these versions. */
  knows(headVersionIds: readonly Id[]): boolean {
    return headVersionIds.every((id) => this.#knownHeads.includes(id));
  }

  /** A text with the line ends that the document came with. */
  bodyOf(text: Text): string {
    return bodyOf(text, this.#lineBreak);
  }

  /** A document was opened, with what its journal had kept; null where none is open. */
  open(opened: OpenDocument | null): void {
    const body = opened?.journal?.document_body ?? opened?.document.document_body ?? '';
    this.#lineBreak = lineBreakOf(body);
    this.#kept = textOf(body);
    this.#versioned = textOf(opened?.document.document_body ?? '');
    this.#bases = opened?.journal?.base_version_ids ?? opened?.head_version_ids ?? [];
    this.#knownHeads = opened?.head_version_ids ?? [];
  }

  /** The journal took a text. */
  journaled(text: Text): void {
    this.#kept = text;
  }

  /** A text became a version. */
  saved(text: Text, { version, head_version_ids }: SavedDocument): void {
    this.#versioned = this.#kept = text;
    // The writer saw this version alone. Others that stand beside it stay beside it.
    this.#bases = [version.id];
    this.#knownHeads = head_version_ids;
  }

  /** The writer was told of versions that others made; the text is typed on top of its own. */
  told(headVersionIds: readonly Id[]): void {
    this.#knownHeads = headVersionIds;
  }

  /** The newest version takes the place of all that was there, with its own line ends. */
  replaced(document_body: string, headVersionIds: readonly Id[]): void {
    this.#lineBreak = lineBreakOf(document_body);
    this.#bases = this.#knownHeads = headVersionIds;
    this.#versioned = this.#kept = textOf(document_body);
  }
}
