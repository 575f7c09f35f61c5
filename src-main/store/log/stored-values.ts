import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import { createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ChangesTable, ReplicaTables } from '../database/schema.ts';
import { storeError } from '../database/sqlite-errors.ts';
import { recentTextsOf } from './recent-texts.ts';
import {
  decodeAgainst,
  decodeWhole,
  encodeAgainst,
  encodeWhole,
  rungOf,
  type Rung,
} from './value-encoding.ts';

/*
 * The versions of a text hang in chains. A run of sixteen steps, each against the version before
 * it, begins with a stride against the start of the former run, and sixteen strides begin with a
 * whole text: one of 289 versions is stored whole, and none is decoded from more than 32 others.
 */

const maxSteps = 16;
const maxStrides = 16;
/** Of many parents, those that are tried. */
const maxParents = 4;
/** Others may chain otherwise; what is longer than this is damaged. */
const maxChainLength = 2 * (maxSteps + maxStrides);

/** A value as it lies best: against a version that it supersedes when that is clearly smaller. */
export function encodeValue(
  replica: Connection<ReplicaTables>,
  text: string,
  { entity_id, parents }: { readonly entity_id: Id; readonly parents: readonly Id[] },
): EncodedValue {
  const decode = (chain: Chain): Buffer => decodeChain(replica, chain);
  return encode(text, parents, (parent) => findBase(replica, parent, entity_id, decode)).stored;
}

export type EncodedValue = Pick<ChangesTable, 'value' | 'base_id'>;

function encode(
  text: string,
  parents: readonly Id[],
  baseFrom: (parent: Id) => Base | null,
): { readonly stored: EncodedValue; readonly bytes: Buffer; readonly base: Base | null } {
  const bytes = Buffer.from(text);
  for (const parent of parents.toSorted().slice(-maxParents).reverse()) {
    const base = baseFrom(parent);
    const delta = base === null ? null : encodeAgainst(bytes, base.text, base.rung);
    if (base !== null && delta !== null) {
      return { stored: { value: delta, base_id: base.id }, bytes, base };
    }
  }
  return { stored: { value: encodeWhole(bytes) ?? text, base_id: null }, bytes, base: null };
}

/**
 * The value of a change; null when it was purged, is not there, or builds on a value that is not
 * there (yet). Throws `store_damaged` when its bytes do not decode.
 */
export function decodeValue(replica: Connection<ReplicaTables>, changeId: Id): string | null {
  const chain = readChain(replica, changeId, { isToEnd: false });
  if (chain === null) return null;
  if (chain.deltas.length === 0 && typeof chain.root === 'string') return chain.root;
  return decodeChain(replica, chain).toString();
}

interface Base {
  readonly id: Id;
  readonly text: Buffer;
  /** Its own. */
  readonly chain: Chain;
  /** How what builds on it hangs on it. */
  readonly rung: Rung;
}

/** What the successor of a change is stored against; null where it is better stored whole. */
function findBase(
  replica: Connection<ReplicaTables>,
  predecessorId: Id,
  entityId: Id,
  decode: (chain: Chain) => Buffer,
): Base | null {
  try {
    const chain = readChain(replica, predecessorId, { isToEnd: true, entityId });
    return chain === null ? null : baseIn(chain, decode);
  } catch (thrown) {
    // A predecessor that can no longer be read must not keep new text from being saved.
    if (thrown instanceof AppError && thrown.code === 'store_damaged') return null;
    throw thrown;
  }
}

/** What the successor of a chain's first value is stored against. */
function baseIn(chain: Chain, decode: (chain: Chain) => Buffer): Base | null {
  const { deltas } = chain;
  const firstStride = deltas.findIndex(({ rung }) => rung === 'stride');
  const steps = firstStride === -1 ? deltas.length : firstStride;
  if (steps < maxSteps && deltas.length < maxSteps + maxStrides) {
    return { id: firstOf(chain), text: decode(chain), chain, rung: 'step' };
  }
  const start = { ...chain, deltas: deltas.slice(steps) };
  if (start.deltas.length >= maxStrides) return null;
  return { id: firstOf(start), text: decode(start), chain: start, rung: 'stride' };
}

function firstOf({ deltas, rootId }: Chain): Id {
  return deltas[0]?.id ?? rootId;
}

interface Delta {
  readonly id: Id;
  readonly encoded: Uint8Array;
  readonly rung: Rung;
}

/** A value, and what it is decoded from. */
interface Chain {
  /** The value's own first; each is against the next, the last against the root. */
  readonly deltas: readonly Delta[];
  readonly rootId: Id;
  readonly root: string | Uint8Array;
  /** What the root builds on itself, where its text is remembered. */
  readonly rootBaseId: Id | null;
}

/** Compiled once: a chain asks for many rows. */
const storedRow = createQueryBuilder<ReplicaTables>()
  .selectFrom('changes')
  .select(['entity_id', 'value', 'base_id'])
  .where('id', '=', '')
  .compile();
type StoredRow = Pick<ChangesTable, 'entity_id' | 'value' | 'base_id'>;

/**
 * Null when the value, or one that it builds on, was purged or is not there; of an entity alone
 * where one is given: what is purged with one must not be what a value of another builds on.
 * Not to its end: as far as to a text that is remembered.
 */
function readChain(
  replica: Connection<ReplicaTables>,
  changeId: Id,
  { isToEnd, entityId }: { readonly isToEnd: boolean; readonly entityId?: Id },
): Chain | null {
  const deltas: Delta[] = [];
  for (let id = changeId; deltas.length <= maxChainLength;) {
    const row = replica.first<StoredRow>({ ...storedRow, parameters: [id] });
    const value: unknown = row?.value ?? null;
    if (row === undefined || value === null) return null;
    if (entityId !== undefined && row.entity_id !== entityId) return null;
    const end = { deltas, rootId: id, rootBaseId: row.base_id };
    if (typeof value === 'string') return { ...end, root: value };
    if (!(value instanceof Uint8Array)) break;
    const { base_id } = row;
    const isKnown = !isToEnd && recentTextsOf(replica).get(id, { value, base_id }) !== null;
    if (base_id === null || isKnown) return { ...end, root: value };
    if (typeof row.base_id !== 'string' || isIn(deltas, row.base_id)) break;
    deltas.push({ id, encoded: value, rung: rungOf(value) });
    id = row.base_id;
  }
  throw storeError('store_damaged', replica.file);
}

/** A chain that comes back to itself would be read again and again. */
function isIn(deltas: readonly Delta[], baseId: Id): boolean {
  return deltas.some(({ id }) => id === baseId);
}

function decodeChain(replica: Connection<ReplicaTables>, chain: Chain): Buffer {
  const recent = recentTextsOf(replica);
  const { deltas, rootId, root, rootBaseId } = chain;
  const storedAs = (at: number) => {
    return { value: deltas[at]!.encoded, base_id: deltas[at + 1]?.id ?? rootId };
  };
  const missing: Delta[] = [];
  let text: Buffer | null = null;
  for (const [at, delta] of deltas.entries()) {
    text = recent.get(delta.id, storedAs(at));
    if (text !== null) break;
    missing.push(delta);
  }
  try {
    if (typeof root === 'string') text ??= Buffer.from(root);
    else text ??= recent.get(rootId, { value: root, base_id: rootBaseId }) ?? decodeWhole(root);
    for (const { encoded } of missing.reverse()) text = decodeAgainst(encoded, text);
  } catch (thrown) {
    throw storeError('store_damaged', replica.file, thrown);
  }
  if (deltas.length > 0) recent.put(firstOf(chain), storedAs(0), text);
  else if (typeof root !== 'string') recent.put(rootId, { value: root, base_id: rootBaseId }, text);
  return text;
}

/** Texts that are remembered, in bytes of UTF-8: those of a few long documents. */
const maxRemembered = 16_000_000;

/**
 * Encodes the values of many changes that are about to be written, one after the other: what was
 * encoded before is built on as if it were written by then, and is not decoded again.
 */
export class AheadEncoder {
  readonly #replica: Connection<ReplicaTables>;
  /** By the ids of change and entity. */
  readonly #chains = new Map<string, Chain>();
  readonly #texts = new Map<Id, Buffer>();
  #remembered = 0;

  constructor(replica: Connection<ReplicaTables>) {
    this.#replica = replica;
  }

  encode(
    text: string,
    change: { readonly id: Id; readonly entity_id: Id; readonly parents: readonly Id[] },
  ): EncodedValue {
    const { id, entity_id, parents } = change;
    const { stored, bytes, base } = encode(text, parents, (parent) =>
      this.#findBase(parent, entity_id),
    );
    const { value } = stored;
    if (this.#remembered + bytes.length > maxRemembered) this.#forget();
    this.#remembered += bytes.length;
    this.#texts.set(id, bytes);
    if (base !== null && value instanceof Uint8Array) {
      const delta = { id, encoded: value, rung: rungOf(value) };
      const chain = { ...base.chain, deltas: [delta, ...base.chain.deltas] };
      this.#chains.set(chainKey(id, entity_id), chain);
    } else if (value !== null) {
      const chain = { deltas: [], rootId: id, root: value, rootBaseId: null };
      this.#chains.set(chainKey(id, entity_id), chain);
    }
    return stored;
  }

  #findBase(predecessorId: Id, entityId: Id): Base | null {
    const chain = this.#chains.get(chainKey(predecessorId, entityId));
    const decode = (of: Chain): Buffer => {
      return this.#texts.get(firstOf(of)) ?? decodeChain(this.#replica, of);
    };
    return chain === undefined
      ? findBase(this.#replica, predecessorId, entityId, decode)
      : baseIn(chain, decode);
  }

  #forget(): void {
    this.#chains.clear();
    this.#texts.clear();
    this.#remembered = 0;
  }
}

function chainKey(changeId: Id, entityId: Id): string {
  return `${changeId} ${entityId}`;
}
