/** A text that beam search finished. */
export interface Hypothesis {
  /** The prompt included. */
  readonly tokenIds: readonly number[];
  /** Sum of log-probabilities over a power of the length. */
  readonly score: number;
  /** Sum of the log-probabilities as the model gave them. */
  readonly logProbSum: number;
  /** False for a place that no text has taken yet: it holds the bare prompt. */
  readonly isFinished: boolean;
}

/** How the reference scores what is not there: below any text, and exact in float32. */
export const unreachedScore = -1e9;

/** The best finished texts, one place per beam, best first. */
export class Hypotheses {
  readonly #lengthPenalty: number;
  #places: readonly Hypothesis[];

  constructor(places: number, lengthPenalty: number, promptTokenIds: readonly number[]) {
    this.#lengthPenalty = lengthPenalty;
    this.#places = Array.from({ length: places }, () => ({
      tokenIds: promptTokenIds,
      score: unreachedScore,
      logProbSum: unreachedScore,
      isFinished: false,
    }));
  }

  get bestFirst(): readonly Hypothesis[] {
    return this.#places;
  }

  get isFull(): boolean {
    return this.#places.every(({ isFinished }) => isFinished);
  }

  get worstScore(): number {
    return this.#places.at(-1)!.score;
  }

  /** A sum of log-probabilities over `length` to the power of the length penalty, in float32. */
  normalise(logProbSum: number, length: number): number {
    return Math.fround(logProbSum / Math.fround(length ** this.#lengthPenalty));
  }

  /**
   * Takes a text in if it is better than the worst; of equal ones the earlier stays.
   *
   * @param text its score is the sum of its new tokens' log-probabilities
   * @param newTokens how many there are
   */
  add(text: Omit<Hypothesis, 'isFinished'>, newTokens: number): void {
    const score = this.normalise(text.score, newTokens);
    this.#places = [...this.#places, { ...text, score, isFinished: true }]
      .sort((a, b) => b.score - a.score)
      .slice(0, this.#places.length);
  }
}
