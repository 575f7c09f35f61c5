import type { Id } from '../contract/domain.ts';
import type { Connection } from './database/connection.ts';
import type { ReplicaTables } from './database/schema.ts';
import { storeError } from './database/sqlite-errors.ts';
import { sha256 } from './log/change.ts';

/** The log's format, and the oldest that a reader must know to understand it. */
const libraryFormat = 1;

export interface LibraryIdentity {
  readonly library_id: Id;
  readonly format: number;
  readonly min_reader: number;
}

const key = 'identity';

/** Makes the identity of a new library. Inside a transaction only. */
export function writeIdentity(replica: Connection<ReplicaTables>, libraryId: Id): void {
  const identity = { library_id: libraryId, format: libraryFormat, min_reader: libraryFormat };
  const value = JSON.stringify({ ...identity, sha256: identitySha256(identity) });
  replica.run(replica.query.insertInto('meta').values({ key, value }));
}

/**
 * Who this library is. Throws `store_damaged` when the row's own hash does not hold: a flipped
 * bit would make it another library.
 */
export function readIdentity(replica: Connection<ReplicaTables>): LibraryIdentity {
  const row = replica.first(
    replica.query.selectFrom('meta').select('value').where('key', '=', key),
  );
  const said = parseIdentity(row?.value ?? '');
  if (said?.isVerified !== true) throw storeError('store_damaged', replica.file);
  return said.identity;
}

/** What an identity row says, and whether its own hash holds; null where it says nothing. */
export function parseIdentity(
  json: string,
): { readonly identity: LibraryIdentity; readonly isVerified: boolean } | null {
  const identity = parse(json);
  return identity && { identity, isVerified: identity.sha256 === identitySha256(identity) };
}

/** Whether this version of Autodoc can read a library with this identity. */
export function isReadable(identity: LibraryIdentity): boolean {
  return identity.min_reader <= libraryFormat && identity.format <= libraryFormat;
}

function identitySha256({ library_id, format, min_reader }: LibraryIdentity): string {
  return sha256(JSON.stringify(['autodoc-identity-1', library_id, format, min_reader])).toString(
    'hex',
  );
}

function parse(json: string): (LibraryIdentity & { readonly sha256: unknown }) | null {
  try {
    const value = JSON.parse(json) as Readonly<Record<string, unknown>> | null;
    const { library_id, format, min_reader, sha256: hash } = value ?? {};
    return typeof library_id === 'string' &&
      typeof format === 'number' &&
      typeof min_reader === 'number'
      ? { library_id, format, min_reader, sha256: hash }
      : null;
  } catch {
    return null;
  }
}
