import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyValueCache } from '../../../../src-main/inference/session/kv-cache.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const shape = { layers: 2, width: 3 };
const parts = ['key', 'value'] as const;

/** What a pass does: it fills the next places; every number tells the token and where it belongs. */
function write(cache: KeyValueCache, tokens: readonly number[], rows: number): void {
  const first = cache.places;
  for (let layer = 0; layer < shape.layers; layer += 1) {
    for (const part of parts) {
      const places = cache.view(layer, part, first, first + tokens.length);
      expect(places).toHaveLength(tokens.length * shape.width);
      tokens.forEach((token, i) => places.set(numbersOf(token, layer, part), i * shape.width));
    }
  }
  cache.append(rows, tokens.length / rows);
}

function numbersOf(token: number, layer: number, part: (typeof parts)[number]): number[] {
  const first = token * 100 + layer * 20 + parts.indexOf(part) * shape.width;
  return [first, first + 1, first + 2];
}

/** The tokens that one new token in a row may look at, from the buffers themselves. */
function visible(cache: KeyValueCache, rows: number, row: number): number[] {
  const width = cache.places + rows;
  const mask = cache.mask(rows, 1).subarray(row * width, (row + 1) * width);
  const tokens: number[] = [];
  for (let place = 0; place < cache.places; place += 1) {
    if (mask[place] !== 0) continue;
    const token = Math.floor(cache.view(0, 'key', place, place + 1)[0]! / 100);
    for (let layer = 0; layer < shape.layers; layer += 1) {
      for (const part of parts) {
        const found = cache.view(layer, part, place, place + 1);
        expect([...found]).toEqual(numbersOf(token, layer, part));
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
            write(cache, tokens, 1);
            rows = [[...rows[0]!, ...tokens]];
            break;
          }
          case 'step': {
            const parents = Int32Array.from(step.parents, (parent) => parent % rows.length);
            const tokens = Array.from(parents, () => nextToken++);
            cache.reserve(parents.length, cache.length + 1);
            cache.reorder(parents);
            write(cache, tokens, parents.length);
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
    write(cache, prompt, 1);
    let mostPlaces = 0;
    for (let step = 0; step < 200; step += 1) {
      cache.reserve(5, cache.length + 1);
      // Every row goes on from the same one: only one text is alive.
      cache.reorder(Int32Array.of(0, 0, 0, 0, 0));
      write(cache, [1, 2, 3, 4, 5], 5);
      mostPlaces = Math.max(mostPlaces, cache.places);
    }
    expect(cache.length).toBe(300);
    // 300 positions, the other four rows' last tokens, and what was not worth moving together.
    expect(mostPlaces).toBeLessThanOrEqual(300 + 4 + 2 * 32 + 5);
    expect(cache.capacity).toBeLessThanOrEqual(mostPlaces * 1.25 + 64);
  });

  it('is hardly more than one row needs', () => {
    const cache = new KeyValueCache(shape);
    cache.reserve(1, 513);
    expect(cache.capacity).toBe(576);
    expect(cache.view(1, 'value', 0, cache.capacity)).toHaveLength(576 * shape.width);
  });

  it('grows without losing anything', () => {
    const cache = new KeyValueCache(shape);
    for (let token = 0; token < 200; token += 1) {
      cache.reserve(1, token + 1);
      write(cache, [token], 1);
    }
    expect(visible(cache, 1, 0)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });
});

it('lets several tokens of several rows look back along their own row', () => {
  const cache = new KeyValueCache(shape);
  cache.reserve(1, 1);
  write(cache, [1], 1);
  cache.reserve(2, 2);
  cache.reorder(Int32Array.of(0, 0));
  write(cache, [2, 3], 2);
  const isHidden = [...cache.mask(2, 2)].map((x) => (x === 0 ? '.' : 'x')).join('');
  // Places 0 to 2, then both rows' new tokens.
  expect(isHidden.match(/.{7}/g)).toEqual(['..x.xxx', '..x..xx', '.x.xx.x', '.x.xx..']);
});
