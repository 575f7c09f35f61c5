import { SvelteMap } from 'svelte/reactivity';
import type { Id } from '../../../src-main/contract/domain.ts';
import type { CommentAnchor } from '../../../src-main/contract/work.ts';

/** Where something is being typed: a new comment on a document, an answer, or new words for one. */
export type TypingPlace =
  | { readonly kind: 'new'; readonly document_id: Id }
  | { readonly kind: 'answer'; readonly thread_id: Id }
  | { readonly kind: 'edit'; readonly comment_id: Id };

interface Typed {
  readonly text: string;
  /** For a new comment: the passage that it is about. */
  readonly anchor: CommentAnchor | null;
}

/**
 * What is typed and not sent yet. It outlives lists that are loaded anew, panels that close and
 * documents that are left: words that somebody typed go only when they are sent or given up.
 */
export class TypedComments {
  readonly #typed = new SvelteMap<string, Typed>();

  /** Null where nothing is being typed. */
  at(place: TypingPlace): Typed | null {
    return this.#typed.get(keyOf(place)) ?? null;
  }

  /** Begins to type, or goes on where something is typed already. */
  begin(place: TypingPlace, text = ''): void {
    if (this.at(place) === null) this.#typed.set(keyOf(place), { text, anchor: null });
  }

  write(place: TypingPlace, text: string): void {
    this.#typed.set(keyOf(place), { text, anchor: this.at(place)?.anchor ?? null });
  }

  /** What the words are about. */
  pointTo(place: TypingPlace, anchor: CommentAnchor | null): void {
    this.#typed.set(keyOf(place), { text: this.at(place)?.text ?? '', anchor });
  }

  end(place: TypingPlace): void {
    this.#typed.delete(keyOf(place));
  }
}

function keyOf(place: TypingPlace): string {
  if (place.kind === 'new') return `new ${place.document_id}`;
  return place.kind === 'answer' ? `answer ${place.thread_id}` : `edit ${place.comment_id}`;
}
