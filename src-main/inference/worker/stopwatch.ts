/** Measures how long something takes. */
export class Stopwatch {
  readonly #start = performance.now();

  elapsedMs(): number {
    return performance.now() - this.#start;
  }
}
