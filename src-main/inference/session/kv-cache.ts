import type { Gpt2Config } from '../checkpoint/config.ts';
import { cacheHeadWidth } from '../graph/gpt2-graph.ts';
import { TokenTree } from './token-tree.ts';

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
}

export function cacheShape(config: Gpt2Config): CacheShape {
  return {
    layers: config.layers,
    heads: config.heads,
    headWidth: cacheHeadWidth(config),
  };
}

/**
 * Room grows by this many places: the attention operator clears and copies all the room there is
 * at every step, so more than is needed would be paid for again and again.
 */
const growth = 64;
/** Fewer forgotten places than this are not worth moving the others together. */
const minForgotten = 32;

/**
 * Keys and values of the tokens read so far: for each layer a buffer of keys and one of values,
 * each [heads, capacity, head width]. Whatever the number of rows (beams, candidates) there is
 * one buffer: what rows share is held and looked at once, and a mask tells each row its own.
 */
export class KeyValueCache {
  readonly #shape: CacheShape;
  readonly #tree = new TokenTree();
  #capacity = 0;
  /** Keys of layer 0, values of layer 0, keys of layer 1, … */
  #buffers: Float32Array[] = [];

  constructor(shape: CacheShape) {
    this.#shape = shape;
  }

  /** Positions filled, the same in every row. */
  get length(): number {
    return this.#tree.length;
  }

  /** Places filled: `length` where there is one row, more where rows differ. */
  get places(): number {
    return this.#tree.places;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Forgets the positions from `length` on. */
  truncate(length: number): void {
    this.#tree.truncate(length);
  }

  /** Makes room for `rows` rows to reach `positions` positions; keeps what is filled. */
  reserve(rows: number, positions: number): void {
    const more = rows * Math.max(0, positions - this.length);
    if (this.places + more <= this.#capacity) return;
    if (this.#tree.forgotten >= minForgotten) this.#compact();
    const needed = this.places + more;
    if (needed > this.#capacity) this.#grow(Math.ceil(needed / growth) * growth);
  }

  /** One buffer, [heads, capacity, head width], without copying. */
  view(layer: number, part: 'key' | 'value'): Float32Array {
    return this.#buffers[2 * layer + (part === 'key' ? 0 : 1)]!;
  }

  /**
   * What each of `tokens` new tokens in each row may look at: [rows × tokens, places + rows ×
   * tokens], 0 where it may, else a number that leaves nothing of a score. That a token looks at
   * none after it is left to the operator.
   */
  mask(rows: number, tokens: number): Float32Array {
    return this.#tree.mask(rows, tokens);
  }

  /**
   * Appends what a step computed; there is room.
   *
   * @param slices [layers, rows × tokens, 2 × heads × head width]: keys, then values.
   */
  append(slices: Float32Array, rows: number, tokens: number): void {
    const { layers, heads, headWidth } = this.#shape;
    const first = this.places;
    const last = first + rows * tokens;
    let source = 0;
    for (let layer = 0; layer < layers; layer += 1) {
      for (let place = first; place < last; place += 1) {
        for (let part = 0; part < 2; part += 1) {
          const buffer = this.#buffers[2 * layer + part]!;
          for (let head = 0; head < heads; head += 1) {
            const target = (head * this.#capacity + place) * headWidth;
            // A few dozen numbers at a time: a view for `set` would cost more than the loop.
            for (let i = 0; i < headWidth; i += 1) buffer[target + i] = slices[source + i]!;
            source += headWidth;
          }
        }
      }
    }
    this.#tree.append(rows, tokens);
  }

  /** Row i becomes what row `parents[i]` was. Nothing is moved. */
  reorder(parents: Int32Array): void {
    this.#tree.reorder(parents);
  }

  #compact(): void {
    const { headWidth, heads } = this.#shape;
    for (const { from, to, count } of this.#tree.compact()) {
      for (const buffer of this.#buffers) {
        for (let head = 0; head < heads; head += 1) {
          const start = head * this.#capacity;
          buffer.copyWithin(
            (start + to) * headWidth,
            (start + from) * headWidth,
            (start + from + count) * headWidth,
          );
        }
      }
    }
  }

  #grow(capacity: number): void {
    const { layers, heads, headWidth } = this.#shape;
    const kept = this.#capacity;
    const filled = this.places * headWidth;
    this.#capacity = capacity;
    for (let index = 0; index < 2 * layers; index += 1) {
      const buffer = new Float32Array(heads * capacity * headWidth);
      const old = this.#buffers[index];
      // One after the other, so that the old ones can go as the new ones come.
      this.#buffers[index] = buffer;
      if (old === undefined) continue;
      for (let head = 0; head < heads; head += 1) {
        const start = head * kept * headWidth;
        buffer.set(old.subarray(start, start + filled), head * capacity * headWidth);
      }
    }
  }
}
