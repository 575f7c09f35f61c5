import type { Id } from '../../contract/domain.ts';
import type { ChangesTable } from '../database/schema.ts';
import type { ChangeNode, NewChange } from './change.ts';

/*
 * The log of changes: the truth of a library. Everything that reads or writes it goes through
 * these two interfaces, so that it can one day lie elsewhere than in SQLite.
 */

export interface ChangeReader {
  /** Every change of an entity, in (hlc, id) order. */
  history(entity: string, entityId: Id): readonly ChangeNode[];
  /**
   * The JSON text a change set its field to; null when it was purged, is not there, or builds on
   * a value that is not there yet. Throws `store_damaged` when its bytes do not decode.
   */
  value(changeId: Id): string | null;
  /** Every entity in the log, the unknown kinds too. */
  entities(): Iterable<EntityReference>;
  /** Every change as it lies, in the order of arrival. */
  changes(): Iterable<ChangesTable>;
  /** Every change in (hlc, id) order, the one that every machine agrees on; without its value. */
  inOrder(): Iterable<BareChange>;
  /** A change as it lies. */
  change(changeId: Id): ChangesTable | null;
  /** What every change is called and its hash, by id. */
  names(): Iterable<ChangeName>;
  /** Every replica that wrote here. */
  replicaIds(): readonly Id[];
  /** How far each replica has written: its last number. */
  lastSeqs(): Readonly<Record<Id, number>>;
  /** Where the log ends, in the order of arrival; null when it is empty. */
  end(): LogMark | null;
  /** Whether `mark` is a place in this log: not so after an older copy was put back. */
  has(mark: LogMark): boolean;
  /** What arrived after `mark`, at most `limit` changes. */
  arrivedAfter(mark: LogMark | null, limit: number): readonly Arrival[];
}

/** Both inside a transaction only. */
export interface ChangeWriter {
  /** Writes a change of this replica, signed where its author signs, and answers it. */
  append(change: NewChange, sign?: Sign): ChangeNode;
  /**
   * Takes a change as another replica wrote it; its value is encoded as this log does. Keyed by id
   * alone. One that is here without its value gets it; a change with a known id and another hash
   * is kept aside.
   */
  take(change: DecodedChange): 'new' | 'known' | 'filled' | 'collided';
  /** Takes a change out of the log and keeps it aside: another of the same id takes its place. */
  giveUp(changeId: Id): void;
}

/** A change without its value. */
export type BareChange = Omit<ChangesTable, 'value' | 'base_id'>;

/** A change with its value as JSON text; null where it was purged. */
export interface DecodedChange extends BareChange {
  readonly value: string | null;
  /** The value as this log encodes it, where that was done ahead. */
  readonly encoded?: Pick<ChangesTable, 'value' | 'base_id'> | undefined;
}

export interface ChangeName {
  readonly id: Id;
  readonly sha256: Uint8Array;
  readonly is_purged: boolean;
  /** No hash covers it: it may have been taken off, or put there by another. */
  readonly signature: Uint8Array | null;
}

/** Signs a change's hash with the author's key. */
export type Sign = (sha256: Uint8Array) => Uint8Array;

/** In whose name changes are written, and with which key they are signed. */
export interface Author {
  readonly id: Id;
  /** Missing in an open library. */
  readonly sign?: Sign | undefined;
}

export interface EntityReference {
  readonly entity: string;
  readonly entity_id: Id;
}

/** A place in the order of arrival on this machine. */
export interface LogMark {
  readonly position: number;
  readonly change_id: Id;
}

export type Arrival = LogMark & EntityReference;
