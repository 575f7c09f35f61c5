import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { Connection } from '../database/connection.ts';
import type { ChangesTable, ReplicaTables } from '../database/schema.ts';
import { storeError } from '../database/sqlite-errors.ts';
import { decodeAgainst, encodeAgainst } from './value-encoding.ts';

/** Reading a value decodes at most this many others first. */
const maxChainLength = 16;

/** A value as it lies best: against its predecessor's when that is clearly smaller. */
export function encodeValue(
  replica: Connection<ReplicaTables>,
  text: string,
  baseId: Id | undefined,
): Pick<ChangesTable, 'value' | 'base_id'> {
  const plain = { value: text, base_id: null };
  if (baseId === undefined) return plain;
  const base = decodeBase(replica, baseId);
  if (base.text === null || base.chainLength >= maxChainLength) return plain;
  const encoded = encodeAgainst(text, base.text);
  return encoded === null ? plain : { value: encoded, base_id: baseId };
}

/** A predecessor that can no longer be read must not keep new text from being saved. */
function decodeBase(replica: Connection<ReplicaTables>, baseId: Id): DecodedValue {
  try {
    return decodeValue(replica, baseId);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'store_damaged') {
      return { text: null, chainLength: 0 };
    }
    throw thrown;
  }
}

export interface DecodedValue {
  /** Null when it was purged, is not there, or builds on a value that is not there (yet). */
  readonly text: string | null;
  /** How many other values it was decoded from. */
  readonly chainLength: number;
}

/** The value of a change. Throws `store_damaged` when its bytes do not decode. */
export function decodeValue(replica: Connection<ReplicaTables>, changeId: Id): DecodedValue {
  const encodings: Uint8Array[] = [];
  for (let id = changeId; encodings.length <= maxChainLength;) {
    const row = replica.first(
      replica.query.selectFrom('changes').select(['value', 'base_id']).where('id', '=', id),
    );
    const value = row?.value ?? null;
    if (value === null) return { text: null, chainLength: 0 };
    if (typeof value === 'string') {
      return { text: decodeChain(replica, value, encodings), chainLength: encodings.length };
    }
    if (typeof row?.base_id !== 'string') break;
    encodings.push(value);
    id = row.base_id;
  }
  throw storeError('store_damaged', replica.file);
}

function decodeChain(
  replica: Connection<ReplicaTables>,
  plain: string,
  encodings: readonly Uint8Array[],
): string {
  try {
    return encodings.reduceRight((text, encoded) => decodeAgainst(encoded, text), plain);
  } catch (thrown) {
    throw storeError('store_damaged', replica.file, thrown);
  }
}
