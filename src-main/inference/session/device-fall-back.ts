import { AppError } from '../../contract/errors.ts';
import type { Device, Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { planReplay, type DecodedPosition } from './device-replay.ts';
import type { PassCache, PassRequest, PassResult, PassSession } from './pass-session.ts';

/** A session, and which of a model's variants it holds. */
export interface PlacedSession {
  readonly session: PassSession;
  readonly variant: Variant;
}

/** A cache of some session, and the way to the same cache of another. */
class ReplayableCache implements PassCache {
  /** Null until it is first used, and again when its session is gone. */
  inner: { readonly session: PassSession; readonly cache: PassCache } | null = null;
  #positions: readonly DecodedPosition[] = [];
  #rows: readonly number[] = [0];

  get length(): number {
    return this.#positions.length;
  }

  /** What was read so far. */
  get positions(): readonly DecodedPosition[] {
    return this.#positions;
  }

  /** The rows of the last position that the next one goes on from. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  truncate(length: number): void {
    if (length >= this.#positions.length) return;
    this.#positions = this.#positions.slice(0, length);
    this.#rows = this.#positions.at(-1)?.tokenIds.map((_, row) => row) ?? [0];
    this.inner?.cache.truncate(length);
  }

  reserve(rows: number, positions: number): void {
    this.inner?.cache.reserve(rows, positions);
  }

  reorder(parents: Int32Array): void {
    this.#rows = Array.from(parents, (parent) => this.#rows[parent]!);
    this.inner?.cache.reorder(parents);
  }

  append({ tokenIds, rows }: PassRequest): void {
    const tokens = tokenIds.length / rows;
    const own = Array.from({ length: rows }, (_, row) => row);
    const added = Array.from({ length: tokens }, (_, token): DecodedPosition => ({
      tokenIds: own.map((row) => tokenIds[row * tokens + token]!),
      parentRows: token === 0 ? own.map((row) => this.#rows[row] ?? 0) : own,
    }));
    this.#positions = [...this.#positions, ...added];
    this.#rows = own;
  }
}

/**
 * A model on a device for as long as that is there. When it is lost, in the middle of whatever,
 * the same pass is made again somewhere else, after the tokens so far were read there: whoever
 * decodes or scores notices nothing, and nothing that was written changes.
 */
export class FallBackSession implements PassSession {
  readonly #replace: ((cause: unknown) => Promise<PlacedSession & { reason: string }>) | null;
  #placed: PlacedSession;
  #fallBack: string | null;

  /**
   * @param fallBack why this is not where the model was meant to be; null where it is
   * @param replace gives what to go on with and the reason for people, or throws what ends the
   *   work; null where nothing else is left to try
   */
  constructor(
    placed: PlacedSession,
    fallBack: string | null,
    replace: ((cause: unknown) => Promise<PlacedSession & { reason: string }>) | null,
  ) {
    this.#placed = placed;
    this.#fallBack = fallBack;
    this.#replace = replace;
  }

  get config(): Gpt2Config {
    return this.#placed.session.config;
  }

  get device(): Device {
    return this.#placed.session.device;
  }

  get variant(): Variant {
    return this.#placed.variant;
  }

  /** Why it runs elsewhere than it was meant to, for people; null where it does not. */
  get fallBack(): string | null {
    return this.#fallBack;
  }

  get pieceTokens(): number {
    return this.#placed.session.pieceTokens;
  }

  newCache(): PassCache {
    return new ReplayableCache();
  }

  async run(cache: ReplayableCache, request: PassRequest): Promise<PassResult> {
    const result = await this.#attempt(cache, request);
    cache.append(request);
    return result;
  }

  async release(): Promise<void> {
    await this.#placed.session.release();
  }

  async #attempt(cache: ReplayableCache, request: PassRequest): Promise<PassResult> {
    try {
      return await this.#pass(cache, request);
    } catch (cause) {
      if (this.#replace === null || this.#fallBack !== null || cause instanceof AppError)
        throw cause;
      const lost = this.#placed.session;
      // What is lost may not even be able to let go.
      await lost.release().catch(() => undefined);
      const { reason, ...placed } = await this.#replace(cause);
      this.#placed = placed;
      this.#fallBack = reason;
      return this.#pass(cache, request);
    }
  }

  async #pass(cache: ReplayableCache, request: PassRequest): Promise<PassResult> {
    const { session } = this.#placed;
    if (cache.inner?.session !== session) {
      cache.inner = { session, cache: await readAgain(session, cache) };
    }
    const { inner } = cache;
    inner.cache.reserve(request.rows, inner.cache.length + request.tokenIds.length / request.rows);
    return session.run(inner.cache, request);
  }
}

/** The same cache in another session. */
async function readAgain(
  session: PassSession,
  { positions, rows }: ReplayableCache,
): Promise<PassCache> {
  const cache = session.newCache();
  const plan = planReplay(positions);
  const read = async (tokenIds: readonly number[], parentRows: readonly number[] | null) => {
    const count = parentRows?.length ?? 1;
    cache.reserve(count, cache.length + tokenIds.length / count);
    if (parentRows !== null) cache.reorder(Int32Array.from(parentRows));
    await session.run(cache, {
      tokenIds: Int32Array.from(tokenIds),
      rows: count,
      positions: [0],
      k: 1,
      targets: [],
      outputs: ['top'],
    });
  };
  for (let start = 0; start < plan.prompt.length; start += session.pieceTokens) {
    await read(plan.prompt.slice(start, start + session.pieceTokens), null);
  }
  for (const { tokenIds, parentRows } of plan.positions) await read(tokenIds, parentRows);
  if (positions.length > 0) {
    cache.reserve(rows.length, cache.length);
    cache.reorder(Int32Array.from(rows));
  }
  return cache;
}
