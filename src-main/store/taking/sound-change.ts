import { createHash } from 'node:crypto';
import { maxBodyLength, type Id } from '../../contract/domain.ts';
import type { ChangesTable } from '../database/schema.ts';
import { changeSha256 } from '../log/change.ts';
import type { ChangeSource } from './types.ts';

/*
 * Whether a row that somebody else wrote is a change: whatever its columns hold. Kinds of entity
 * and field that this version does not know are none of its business; everything that an import
 * of an export takes is taken here too, or two machines would never hold the same.
 */

const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const timeShape = /^[0-9a-f]{16}$/;
const maxNameLength = 1_000;
const maxParents = 100_000;
const maxSignatureBytes = 1_000;
const hashBytes = 32;
/** The longest text as JSON: no unit of it takes more than six characters (`\u0000`). */
const maxValueLength = 6 * maxBodyLength + 2;

/** All but the value: its shape, and that it has the hash that it says. */
export function isSoundRow(row: ChangesTable): boolean {
  const columns: Readonly<Record<keyof ChangesTable, unknown>> = row;
  return (
    [columns.id, columns.replica_id, columns.actor_id, columns.entity_id].every(isId) &&
    isName(columns.entity) &&
    isName(columns.field) &&
    Number.isSafeInteger(columns.seq) &&
    (columns.seq as number) >= 1 &&
    typeof columns.hlc === 'string' &&
    timeShape.test(columns.hlc) &&
    areParents(columns.parents) &&
    isBytes(columns.value_sha256, hashBytes, hashBytes) &&
    isBytes(columns.sha256, hashBytes, hashBytes) &&
    (columns.signature === null || isBytes(columns.signature, 1, maxSignatureBytes)) &&
    changeSha256(row).equals(row.sha256)
  );
}

/** Whether a value is the one that its change was made with. */
export function isSoundValue(text: string, { value_sha256 }: ChangesTable): boolean {
  if (text.length > maxValueLength) return false;
  return createHash('sha256').update(text).digest().equals(value_sha256);
}

/** Whether a change is what its hashes say, down to its value if that was not purged. */
export function isWhole(source: ChangeSource, id: Id): boolean {
  const row = source.change(id);
  if (row?.id !== id || !isSoundRow(row)) return false;
  if (row.value === null) return true;
  const text = source.value(id);
  return text !== null && isSoundValue(text, row);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && idShape.test(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= maxNameLength;
}

function isBytes(value: unknown, least: number, most: number): boolean {
  return value instanceof Uint8Array && value.length >= least && value.length <= most;
}

function areParents(value: unknown): boolean {
  // Two quotes, a comma and an id each.
  if (typeof value !== 'string' || value.length > maxParents * 39 + 2) return false;
  try {
    const parents: unknown = JSON.parse(value);
    return Array.isArray(parents) && parents.every(isId);
  } catch {
    return false;
  }
}
