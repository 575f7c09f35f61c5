import type { Id } from '../../src-main/contract/domain.ts';

/** A change as a log has it, as far as it is compared. */
export interface LoggedChange {
  readonly id: Id;
  /** In hexadecimal. */
  readonly sha256: string;
}

export interface AcknowledgedChange extends LoggedChange {
  readonly machine: string;
  readonly what: string;
}

/**
 * What people were told is saved, written down outside of every machine. What of it only ever
 * lived on a machine that was then set back cannot be anywhere any more.
 */
export class Ledger {
  readonly #changes = new Map<Id, AcknowledgedChange>();
  readonly #setBack = new Set<Id>();
  /** The word that a version alone brought into its document. */
  readonly #words = new Map<Id, string>();

  acknowledge(machine: string, what: string, changes: readonly LoggedChange[]): void {
    for (const change of changes) this.#changes.set(change.id, { ...change, machine, what });
  }

  rememberWord(versionId: Id, word: string): void {
    this.#words.set(versionId, word);
  }

  wordOf(versionId: Id): string | null {
    return this.#words.get(versionId) ?? null;
  }

  /** These were nowhere but on a machine that is being set back. */
  mayBeGone(ids: Iterable<Id>): void {
    for (const id of ids) if (this.#changes.has(id)) this.#setBack.add(id);
  }

  get size(): number {
    return this.#changes.size;
  }

  changes(): Iterable<AcknowledgedChange> {
    return this.#changes.values();
  }

  isExcused(id: Id): boolean {
    return this.#setBack.has(id);
  }
}
