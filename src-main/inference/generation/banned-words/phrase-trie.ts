import { foldText, space } from './fold-text.ts';

/** Phrases by their folded characters; places are numbers, 0 the beginning of all. */
export class PhraseTrie {
  static readonly root = 0;
  readonly #children = [new Map<number, number>()];
  readonly #ends = new Set<number>();

  /** White space around a phrase does not count, and inside it any amount is one blank. */
  constructor(phrases: readonly string[]) {
    for (const phrase of phrases) {
      let place = PhraseTrie.root;
      let previous = space;
      for (const codePoint of foldText(phrase.trim())) {
        if (codePoint !== space || previous !== space) place = this.#childOrNew(place, codePoint);
        previous = codePoint;
      }
      if (place !== PhraseTrie.root) this.#ends.add(place);
    }
  }

  child(place: number, codePoint: number): number | undefined {
    return this.#children[place]!.get(codePoint);
  }

  /** Which code points can follow. */
  next(place: number): Iterable<number> {
    return this.#children[place]!.keys();
  }

  /** Whether a phrase ends here. */
  isEnd(place: number): boolean {
    return this.#ends.has(place);
  }

  #childOrNew(place: number, codePoint: number): number {
    let child = this.child(place, codePoint);
    if (child === undefined) {
      child = this.#children.length;
      this.#children.push(new Map());
      this.#children[place]!.set(codePoint, child);
    }
    return child;
  }
}
