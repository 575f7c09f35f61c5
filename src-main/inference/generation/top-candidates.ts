/** One possible next token of one beam. */
export interface Candidate {
  /** Sum of the processed log-probabilities of the new tokens, this one included. */
  readonly score: number;
  /** The beam it continues. */
  readonly row: number;
  readonly token: number;
}

/** Keeps the best `capacity` of all candidates it is offered; of equal ones those offered first. */
export class TopCandidates {
  readonly #capacity: number;
  /** Best first. */
  readonly #kept: Candidate[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  offer(score: number, row: number, token: number): void {
    const kept = this.#kept;
    if (kept.length === this.#capacity) {
      if (!(score > kept.at(-1)!.score)) return;
      kept.pop();
    }
    let place = kept.length;
    while (place > 0 && score > kept[place - 1]!.score) place--;
    kept.splice(place, 0, { score, row, token });
  }

  get bestFirst(): readonly Candidate[] {
    return this.#kept;
  }
}
