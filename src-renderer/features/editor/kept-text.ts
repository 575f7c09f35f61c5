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
  /** The newest versions that the writer was told of; null for those they typed on top of. */
  #toldOf: readonly Id[] | null = null;

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

  /** Whether the text was typed on top of just these versions. */
  isOnTopOf(versionIds: readonly Id[]): boolean {
    return isSameSet(versionIds, this.#bases);
  }

  /** Whether the writer was told of just these versions. */
  isToldOf(versionIds: readonly Id[]): boolean {
    return isSameSet(versionIds, this.#toldOf ?? this.#bases);
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
    this.#bases =
      opened?.journal?.base_version_ids ?? (opened === null ? [] : shownVersions(opened));
    this.#toldOf = null;
  }

  /** The journal took a text. */
  journaled(text: Text): void {
    this.#kept = text;
  }

  /** A text became a version. */
  saved(text: Text, { version }: SavedDocument): void {
    this.#versioned = this.#kept = text;
    // The writer saw this version alone. What others wrote meanwhile is merged with it.
    this.#bases = [version.id];
    this.#toldOf = null;
  }

  /** The writer was told of versions that others made; the text is typed on top of its own. */
  told(versionIds: readonly Id[]): void {
    this.#toldOf = versionIds;
  }

  /** These versions, merged, take the place of all that was there, with their own line ends. */
  replaced(document_body: string, versionIds: readonly Id[]): void {
    this.#lineBreak = lineBreakOf(document_body);
    this.#bases = versionIds;
    this.#toldOf = null;
    this.#versioned = this.#kept = textOf(document_body);
  }
}

/**
 * The versions that a document's text is the merge of. Those that did not merge stand beside it:
 * nothing is saved on top of them before a person has decided.
 */
export function shownVersions({
  head_version_ids,
  conflicts,
}: Pick<OpenDocument, 'head_version_ids' | 'conflicts'>): readonly Id[] {
  return head_version_ids.filter((id) => !conflicts.some((conflict) => conflict.id === id));
}

function isSameSet(one: readonly Id[], other: readonly Id[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
