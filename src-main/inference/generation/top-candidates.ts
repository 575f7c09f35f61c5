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
  /** What a score must be above; NaN, which nothing is below, while there is room. */
  #threshold = NaN;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  offer(score: number, row: number, token: number): void {
    if (score <= this.#threshold) return;
    const kept = this.#kept;
    if (kept.length === this.#capacity) kept.pop();
    let place = kept.length;
    while (place > 0 && score > kept[place - 1]!.score) place--;
    kept.splice(place, 0, { score, row, token });
    if (kept.length === this.#capacity) this.#threshold = kept.at(-1)!.score;
  }

  /**
   * Offers each token of a row, with what the row has already.
   *
   * @param logProbs shape [vocabulary]
   */
  offerAll(logProbs: Float32Array, sumBefore: number, row: number): void {
    let threshold = this.#threshold;
    for (let token = 0; token < logProbs.length; token++) {
      const score = Math.fround(logProbs[token]! + sumBefore);
      // Nearly all are turned away here, so that is all that the loop does.
      if (score <= threshold) continue;
      this.offer(score, row, token);
      threshold = this.#threshold;
    }
  }

  get bestFirst(): readonly Candidate[] {
    return this.#kept;
  }
}
