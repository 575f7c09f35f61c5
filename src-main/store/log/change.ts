import { createHash } from 'node:crypto';
import type { Id } from '../../contract/domain.ts';
import type { ChangesTable } from '../database/schema.ts';
import type { HybridTime } from './hybrid-logical-clock.ts';

/** Anything JSON can say: what a change sets its field to. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What an author asks the log to keep. */
export interface NewChange {
  readonly actor_id: Id;
  readonly entity: string;
  readonly entity_id: Id;
  readonly field: string;
  /** The changes of the same field that this one saw and supersedes. */
  readonly parents: readonly Id[];
  readonly value: JsonValue;
}

/** A change without its value: enough to see which changes supersede which. */
export interface ChangeNode {
  readonly id: Id;
  readonly hlc: HybridTime;
  readonly actor_id: Id;
  readonly field: string;
  readonly parents: readonly Id[];
}

/** What a change's hash covers. */
export type ChangeMetadata = Pick<
  ChangesTable,
  | 'id'
  | 'replica_id'
  | 'seq'
  | 'hlc'
  | 'actor_id'
  | 'entity'
  | 'entity_id'
  | 'field'
  | 'parents'
  | 'value_sha256'
>;

/** The log's columns, whose names and meaning are frozen. */
export const changeColumns = [
  'id',
  'replica_id',
  'seq',
  'hlc',
  'actor_id',
  'entity',
  'entity_id',
  'field',
  'parents',
  'value',
  'base_id',
  'value_sha256',
  'sha256',
  'signature',
] as const satisfies readonly (keyof ChangesTable)[];

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * The hash of a change, part of the frozen format: SHA-256 of the UTF-8 of this JSON array,
 * without white space, `parents` as the column has it and the value's hash in hexadecimal.
 * It covers neither the value nor its encoding, so that a purged or re-encoded change keeps it.
 */
export function changeSha256(change: ChangeMetadata): Buffer {
  return sha256(
    JSON.stringify([
      'autodoc-change-1',
      change.id,
      change.replica_id,
      change.seq,
      change.hlc,
      change.actor_id,
      change.entity,
      change.entity_id,
      change.field,
      change.parents,
      Buffer.from(change.value_sha256).toString('hex'),
    ]),
  );
}
