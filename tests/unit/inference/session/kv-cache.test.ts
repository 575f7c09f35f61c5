import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyValueCache } from '../../../../src-main/inference/session/kv-cache.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const shape = { layers: 2, heads: 2, headWidth: 3 };
const sliceWidth = 2 * shape.heads * shape.headWidth;

/** What a token writes: every number tells the token and its place in the slices. */
function slicesOf(tokens: readonly number[]): Float32Array {
  const slices = new Float32Array(shape.layers * tokens.length * sliceWidth);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    for (const [i, token] of tokens.entries()) {
      for (let k = 0; k < sliceWidth; k += 1) {
        slices[(layer * tokens.length + i) * sliceWidth + k] = token * 100 + layer * 20 + k;
      }
    }
  }
  return slices;
}

/** The tokens that one new token in a row may look at, from the buffers themselves. */
function visible(cache: KeyValueCache, rows: number, row: number): number[] {
  const width = cache.places + rows;
  const mask = cache.mask(rows, 1).subarray(row * width, (row + 1) * width);
  const tokens: number[] = [];
  for (let place = 0; place < cache.places; place += 1) {
    if (mask[place] !== 0) continue;
    const token = Math.floor(cache.view(0, 'key')[place * shape.headWidth]! / 100);
    for (let layer = 0; layer < shape.layers; layer += 1) {
      for (const [index, part] of (['key', 'value'] as const).entries()) {
        for (let head = 0; head < shape.heads; head += 1) {
          const start = (head * cache.capacity + place) * shape.headWidth;
          const found = cache.view(layer, part).subarray(start, start + shape.headWidth);
          const first = token * 100 + layer * 20 + (index * shape.heads + head) * shape.headWidth;
          expect([...found]).toEqual([first, first + 1, first + 2]);
        }
      }
    }
    tokens.push(token);
  }
  // The new tokens of the other rows are hidden too.
  expect([...mask.subarray(cache.places)].map((x) => x === 0)).toEqual(
    Array.from({ length: rows }, (_, other) => other === row),
  );
  return tokens;
}

const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      parents: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      tokens: fc.integer({ min: 1, max: 70 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('truncate' as const),
      keptShare: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
);

it('shows each row its own tokens, whatever rows share, leave or forget', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 150, size: 'max' }), (steps) => {
      const cache = new KeyValueCache(shape);
      let nextToken = 1;
      let rows: number[][] = [[]];
      for (const step of steps) {
        switch (step.kind) {
          case 'read': {
            if (rows.length > 1) break;
            const tokens = Array.from({ length: step.tokens }, () => nextToken++);
            cache.reserve(1, cache.length + tokens.length);
            cache.append(slicesOf(tokens), 1, tokens.length);
            rows = [[...rows[0]!, ...tokens]];
            break;
          }
          case 'step': {
            const parents = Int32Array.from(step.parents, (parent) => parent % rows.length);
            const tokens = Array.from(parents, () => nextToken++);
            cache.reserve(parents.length, cache.length + 1);
            cache.reorder(parents);
            cache.append(slicesOf(tokens), parents.length, 1);
            rows = Array.from(parents, (parent, i) => [...rows[parent]!, tokens[i]!]);
            break;
          }
          case 'truncate': {
            const length = Math.floor(step.keptShare * cache.length);
            cache.truncate(length);
            rows = rows.map((row) => row.slice(0, length));
            // What is left may be the same for all of them, and then it is one row.
            if (new Set(rows.map((row) => row.join())).size === 1) rows = rows.slice(0, 1);
            cache.reorder(Int32Array.from(rows, (_, i) => i));
            break;
          }
        }
        expect(cache.length).toBe(rows[0]!.length);
        for (const [row, tokens] of rows.entries()) {
          expect(visible(cache, rows.length, row)).toEqual(tokens);
        }
      }
    }),
    { numRuns: largeCount(300), seed: testSeed() },
  );
});

describe('room', () => {
  it('is taken once for what rows share, and what they leave is used again', () => {
    const cache = new KeyValueCache(shape);
    const prompt = Array.from({ length: 100 }, (_, i) => i);
    cache.reserve(1, prompt.length);
    cache.append(slicesOf(prompt), 1, prompt.length);
    for (let step = 0; step < 200; step += 1) {
      cache.reserve(5, cache.length + 1);
      // Every row goes on from the same one: only one text is alive.
      cache.reorder(Int32Array.of(0, 0, 0, 0, 0));
      cache.append(slicesOf([1, 2, 3, 4, 5]), 5, 1);
    }
    expect(cache.length).toBe(300);
    // 300 positions, the other four rows' last tokens, and what was not worth moving together.
    expect(cache.capacity).toBeLessThanOrEqual(300 + 4 + 32 + 64);
  });

  it('is hardly more than one row needs', () => {
    const cache = new KeyValueCache(shape);
    cache.reserve(1, 513);
    expect(cache.capacity).toBe(576);
    expect(cache.view(1, 'value')).toHaveLength(2 * 576 * 3);
  });

  it('grows without losing anything', () => {
    const cache = new KeyValueCache(shape);
    for (let token = 0; token < 200; token += 1) {
      cache.reserve(1, token + 1);
      cache.append(slicesOf([token]), 1, 1);
    }
    expect(visible(cache, 1, 0)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });
});

it('lets several tokens of several rows look back along their own row', () => {
  const cache = new KeyValueCache(shape);
  cache.reserve(1, 1);
  cache.append(slicesOf([1]), 1, 1);
  cache.reserve(2, 2);
  cache.reorder(Int32Array.of(0, 0));
  cache.append(slicesOf([2, 3]), 2, 1);
  const isHidden = [...cache.mask(2, 2)].map((x) => (x === 0 ? '.' : 'x')).join('');
  // Places 0 to 2, then both rows' new tokens; that nothing looks ahead is the operator's work.
  expect(isHidden.match(/.{7}/g)).toEqual(['..x..xx', '..x..xx', '.x.xx..', '.x.xx..']);
});
