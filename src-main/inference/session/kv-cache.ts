import type { Gpt2Config } from '../checkpoint/config.ts';
import { cacheHeadWidth } from '../graph/gpt2-graph.ts';
import { planRowMoves } from './row-moves.ts';

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly maxPositions: number;
}

export function cacheShape(config: Gpt2Config): CacheShape {
  return {
    layers: config.layers,
    heads: config.heads,
    headWidth: cacheHeadWidth(config),
    maxPositions: config.maxPositions,
  };
}

/** The smallest capacity: growing less than this is not worth the copying. */
const minCapacity = 128;

/**
 * Keys and values of the positions read so far: for each layer a buffer of keys and one of
 * values, each [rows, heads, capacity, head width]. Where there are several rows there is one to
 * spare, to change the places of others by way of it.
 */
export class KeyValueCache {
  readonly #shape: CacheShape;
  #rows = 0;
  #capacity = 0;
  #length = 0;
  /** Keys of layer 0, values of layer 0, keys of layer 1, … */
  #buffers: Float32Array[] = [];

  constructor(shape: CacheShape) {
    this.#shape = shape;
  }

  /** Positions filled, the same in every row. */
  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Forgets the positions from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Makes room for `rows` rows of `positions` positions; keeps what is filled. */
  reserve(rows: number, positions: number): void {
    if (rows <= this.#rows && positions <= this.#capacity) return;
    let capacity = Math.max(this.#capacity, Math.min(minCapacity, this.#shape.maxPositions));
    while (capacity < positions) capacity = Math.min(capacity * 2, this.#shape.maxPositions);
    const { layers, heads, headWidth } = this.#shape;
    const keptRows = this.#rows;
    const kept = this.#buffers;
    const keptCapacity = this.#capacity;
    const filled = this.#length * headWidth;

    this.#rows = Math.max(rows, keptRows);
    this.#capacity = capacity;
    const allocatedRows = this.#rows === 1 ? 1 : this.#rows + 1;
    this.#buffers = Array.from({ length: 2 * layers }, (_, index) => {
      const buffer = new Float32Array(allocatedRows * heads * capacity * headWidth);
      const old = kept[index];
      if (old === undefined) return buffer;
      for (let head = 0; head < keptRows * heads; head += 1) {
        const start = head * keptCapacity * headWidth;
        buffer.set(old.subarray(start, start + filled), head * capacity * headWidth);
      }
      return buffer;
    });
  }

  /** The first `rows` rows of one buffer, [rows, heads, capacity, head width], without copying. */
  view(layer: number, part: 'key' | 'value', rows: number): Float32Array {
    const buffer = this.#buffers[2 * layer + (part === 'key' ? 0 : 1)]!;
    return buffer.subarray(0, rows * this.#rowSize());
  }

  /**
   * Appends what a step computed.
   *
   * @param slices [layers, rows, tokens, 2 × heads × head width]: keys, then values.
   */
  append(slices: Float32Array, rows: number, tokens: number): void {
    const { layers, heads, headWidth } = this.#shape;
    let source = 0;
    for (let layer = 0; layer < layers; layer += 1) {
      for (let row = 0; row < rows; row += 1) {
        for (let token = 0; token < tokens; token += 1) {
          for (let part = 0; part < 2; part += 1) {
            const buffer = this.#buffers[2 * layer + part]!;
            for (let head = 0; head < heads; head += 1) {
              const place = (row * heads + head) * this.#capacity + this.#length + token;
              buffer.set(slices.subarray(source, source + headWidth), place * headWidth);
              source += headWidth;
            }
          }
        }
      }
    }
    this.#length += tokens;
  }

  /** Row i becomes what row `parents[i]` was; `reserve` has made room for them all. */
  reorder(parents: Int32Array): void {
    const moves = planRowMoves(parents, this.#rows);
    const { heads, headWidth } = this.#shape;
    const headSize = this.#capacity * headWidth;
    const filled = this.#length * headWidth;
    for (const buffer of this.#buffers) {
      for (const { from, to } of moves) {
        for (let head = 0; head < heads; head += 1) {
          const start = from * this.#rowSize() + head * headSize;
          buffer.copyWithin(to * this.#rowSize() + head * headSize, start, start + filled);
        }
      }
    }
  }

  #rowSize(): number {
    return this.#shape.heads * this.#capacity * this.#shape.headWidth;
  }
}
