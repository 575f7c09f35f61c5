import type { Gpt2Config } from '../checkpoint/config.ts';
import { cacheParts, type CachePart } from '../graph/cache-names.ts';
import { cacheHeadWidth } from '../graph/gpt2-graph.ts';
import { TokenTree } from './token-tree.ts';

export interface CacheShape {
  readonly layers: number;
  /** Of a key or a value, all heads side by side. */
  readonly width: number;
}

export function cacheShape(config: Gpt2Config): CacheShape {
  return { layers: config.layers, width: config.heads * cacheHeadWidth(config) };
}

/** Room grows by whole blocks of so many places … */
const block = 64;
/** … and by this share of what there is, so that growing is rare where rows take many places. */
const growthShare = 0.25;
/** Fewer forgotten places than this are not worth moving the others together. */
const minForgotten = 32;

/**
 * Keys and values of the tokens read so far: for each layer a buffer of keys and one of values,
 * each [places, width]. Whatever the number of rows (beams, candidates) there is one buffer: what
 * rows share is held and looked at once, and a mask tells each row its own.
 */
export class KeyValueCache {
  readonly #shape: CacheShape;
  readonly #tree = new TokenTree();
  #capacity = 0;
  /** Keys of layer 0, values of layer 0, keys of layer 1, … */
  #buffers: readonly Float32Array[] = [];
  /** From so many places on it is worth counting the forgotten ones. */
  #countFrom = minForgotten;

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

  /** Places that there is memory for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Forgets the positions from `length` on. */
  truncate(length: number): void {
    this.#tree.truncate(length);
    this.#countFrom = this.places + minForgotten;
  }

  /** Makes room for `rows` rows to reach `positions` positions; keeps what is filled. */
  reserve(rows: number, positions: number): void {
    // Forgotten places are read all the same, at every step.
    if (this.places >= this.#countFrom) {
      if (this.#tree.forgotten >= minForgotten) this.#compact();
      this.#countFrom = this.places + minForgotten;
    }
    const needed = this.places + rows * Math.max(0, positions - this.length);
    if (needed <= this.#capacity) return;
    const wanted = Math.max(needed, this.#capacity * (1 + growthShare));
    this.#grow(Math.ceil(wanted / block) * block);
  }

  /** Places `from` to `to` of one buffer, [to - from, width], without copying. */
  view(layer: number, part: CachePart, from: number, to: number): Float32Array {
    const { width } = this.#shape;
    const index = cacheParts.length * layer + cacheParts.indexOf(part);
    return this.#buffers[index]!.subarray(from * width, to * width);
  }

  /**
   * What each of `tokens` new tokens in each row may look at: [rows × tokens, places + rows ×
   * tokens], 0 where it may, else a number that leaves nothing of a score.
   */
  mask(rows: number, tokens: number): Float32Array {
    return this.#tree.mask(rows, tokens);
  }

  /** The places after the filled ones are filled now: `rows` × `tokens` of them, row by row. */
  append(rows: number, tokens: number): void {
    this.#tree.append(rows, tokens);
  }

  /** Row i becomes what row `parents[i]` was. Nothing is moved. */
  reorder(parents: Int32Array): void {
    this.#tree.reorder(parents);
  }

  #compact(): void {
    const { width } = this.#shape;
    for (const { from, to, count } of this.#tree.compact()) {
      for (const buffer of this.#buffers) {
        buffer.copyWithin(to * width, from * width, (from + count) * width);
      }
    }
  }

  #grow(capacity: number): void {
    const { layers, width } = this.#shape;
    const filled = this.places * width;
    const old: (Float32Array | undefined)[] = [...this.#buffers];
    this.#capacity = capacity;
    this.#buffers = Array.from({ length: cacheParts.length * layers }, (_, index) => {
      const buffer = new Float32Array(capacity * width);
      const before = old[index];
      if (before === undefined) return buffer;
      buffer.set(before.subarray(0, filled));
      // One after the other, so that the old ones can go as the new ones come.
      old[index] = undefined;
      return buffer;
    });
  }
}
