import type { Id } from '../../contract/domain.ts';
import type { ComingChanges } from './coming-changes.ts';
import { arrivalOf, type Rejudged } from './judgements.ts';
import type { LackingChange, LackingEntity } from './lacking.ts';
import type { TakingRoom } from './taking-room.ts';

/** Writes what comes, and the rows that it gives, a piece at a time. */
export class PieceTaking {
  readonly #coming: ComingChanges;
  readonly #rejudged: ReadonlyMap<string, Rejudged>;
  readonly #room: TakingRoom;
  readonly #pieceMs: number;
  /** How long it took to show the entity that was shown last, and which that is. */
  #shown: { readonly of: LackingEntity | null; readonly tookMs: number } = { of: null, tookMs: 0 };

  /** `rejudged`: what is judged otherwise than it was, by entity. Taken out once it is applied. */
  constructor(
    coming: ComingChanges,
    rejudged: ReadonlyMap<string, Rejudged>,
    room: TakingRoom,
    pieceMs: number,
  ) {
    this.#pieceMs = pieceMs;
    this.#coming = coming;
    this.#rejudged = rejudged;
    this.#room = room;
  }

  /** As much as fits into a piece, in a transaction. Answers whether it was the last. */
  take(counts: { taken: number; filled: number }): boolean {
    const startedAt = performance.now();
    const pieceMs = this.#pieceMs;
    const stale: Id[] = [];
    let isFull = false;
    while (!isFull) {
      const of = this.#coming.peek()?.of;
      if (of === undefined) break;
      const taken: LackingChange[] = [];
      // A long history is shown no oftener than it takes to write what is shown.
      const untilMs = of === this.#shown.of ? Math.max(pieceMs, this.#shown.tookMs) : pieceMs;
      for (let next = this.#coming.peek(); next?.of === of && !isFull; next = this.#coming.peek()) {
        this.#coming.skip();
        if (next.change !== null) {
          const answer = this.#room.log.take(next.change.row);
          if (answer === 'new') counts.taken += 1;
          if (answer === 'filled') counts.filled += 1;
          if (answer === 'new' || answer === 'filled') taken.push(next.change.node);
        }
        isFull = performance.now() - startedAt >= untilMs;
      }
      stale.push(...this.#show(of, taken));
      isFull = performance.now() - startedAt >= pieceMs;
    }
    this.#room.projector.summarize(stale);
    return this.#coming.peek() === undefined && this.#coming.isAllRead();
  }

  #show(of: LackingEntity, taken: readonly LackingChange[]): readonly Id[] {
    const startedAt = performance.now();
    const coming = new Set(of.changes.filter(({ isHere }) => !isHere).map(({ id }) => id));
    const arrival = arrivalOf(of, taken, (id) => coming.has(id), this.#rejudged);
    const stale = this.#room.projector.take(arrival);
    this.#shown = { of, tookMs: performance.now() - startedAt };
    return stale;
  }
}
