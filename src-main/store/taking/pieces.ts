import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { TakingRoom } from './taking-room.ts';
import { createUnfinishedMark } from './unfinished-mark.ts';

/**
 * The transactions of one taking. Between two of them everybody may write; they find out whether
 * somebody did, where that may change what counts.
 */
export class Pieces {
  /** Whether something happened that what was judged before does not know of. */
  isDisturbed: boolean;
  /** Whether words were purged. */
  hasEmptied = false;
  readonly #room: TakingRoom;
  readonly #mark: ReturnType<typeof createUnfinishedMark>;
  readonly #taker: string;
  /** Who had set the mark when it was last looked at. */
  #setBy: string | null;
  /** The log's end as it was when it was judged; null: nothing was judged, all is open. */
  #end: number | null = null;

  constructor(room: TakingRoom) {
    this.#room = room;
    this.#mark = createUnfinishedMark(room.replica);
    this.#taker = room.newId();
    // Somebody was killed half-way, or is half-way.
    this.#setBy = this.#mark.setBy();
    this.isDisturbed = this.#setBy !== null;
  }

  /** What counts is judged for the log as it is now, and what comes in these pieces. */
  isJudgedNow(): void {
    this.isDisturbed = false;
    this.#setBy = this.#mark.setBy();
    this.#end = endOf(this.#room);
  }

  /** One transaction. `work` answers whether it was the last. */
  write(isFlushed: boolean, work: () => boolean): boolean {
    const { replica } = this.#room;
    const transaction = (): { readonly isLast: boolean; readonly end: number } => {
      if (this.#isDisturbedByOthers()) this.isDisturbed = true;
      const isLast = work();
      // Something may have been judged by words that were purged.
      if (this.#room.projector.purging.takeEmptied() > 0) {
        this.isDisturbed = true;
        this.hasEmptied = true;
      }
      if (isLast && !this.isDisturbed) this.#mark.remove();
      else this.#mark.set(this.#taker);
      return { isLast, end: endOf(this.#room) };
    };
    const written = isFlushed ? replica.write(transaction) : replica.writeUnflushed(transaction);
    this.#setBy = this.#taker;
    if (this.#end !== null) this.#end = written.end;
    return written.isLast;
  }

  #isDisturbedByOthers(): boolean {
    if (this.#mark.setBy() !== this.#setBy) return true;
    return this.#end === null ? isUnderRules(this.#room.replica) : endOf(this.#room) !== this.#end;
  }
}

/** Whether the log says anything that changes may be refused for. */
export function isUnderRules(replica: Connection<ReplicaTables>): boolean {
  return (
    replica.first(
      replica.query.selectFrom('changes').select('id').where('entity', '=', 'library').limit(1),
    ) !== undefined
  );
}

/** The last place in the order of arrival. */
export function endOf({ log }: Pick<TakingRoom, 'log'>): number {
  return log.end()?.position ?? 0;
}
