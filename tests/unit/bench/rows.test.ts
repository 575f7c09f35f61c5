import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { likeLlama } from '../../bench/contenders.ts';
import { rowSchema, toRows, type Measured, type PeerName } from '../../bench/rows.ts';

const measured = (
  label: string,
  peer: PeerName | null,
  bytesPerWeight: number,
  ms: readonly number[],
): Measured => ({
  ...{ job: 'greedy-100', model: 'm', device: 'cpu', label, peer, ms },
  likes: [likeLlama(bytesPerWeight)],
  ...{ stepMs: [], weightBytesPerStep: null, peakRssMib: null },
});

const fp32 = measured('fp32', 'fp32', 4, [100, 90, 500]);
const int4 = measured('int4', null, 0.6, [20, 30, 25]);
const plain = measured('plain_loop fp32', 'plain_loop', 4, [400, 410, 390]);
const llamas = [
  measured('llama.cpp f16', 'llama.cpp', 2, [50]),
  measured('llama.cpp q8_0', 'llama.cpp', 1.06, [40]),
  measured('llama.cpp q4_0', 'llama.cpp', 0.56, [30]),
];

describe('ratios', () => {
  it("are the peer's median over one's own", () => {
    const [ofFp32, ofInt4, ofPlain] = toRows([fp32, int4, plain], 2, []);
    expect(ofInt4?.median_ms).toBe(25);
    expect(ofInt4?.ratio_to).toEqual({
      'transformers.js': null,
      'transformers.js (q8)': null,
      'llama.cpp': null,
      plain_loop: 16,
      fp32: 4,
    });
    expect(ofFp32?.ratio_to.plain_loop).toBe(4);
    expect(ofFp32?.ratio_to.fp32).toBe(1);
    expect(ofPlain?.ratio_to.fp32).toBe(0.25);
  });

  it.each([
    [0.6, 30],
    [0.7, 30],
    [1, 40],
    [1.2, 40],
    [2, 50],
    [4, 50],
  ])('hold weights of %f bytes against llama.cpp with the like', (bytesPerWeight, peerMs) => {
    const [row] = toRows([measured('x', null, bytesPerWeight, [10]), ...llamas], 2, []);
    expect(row?.ratio_to['llama.cpp']).toBe(peerMs / 10);
  });
});

it('compares with no file that is quite unlike, should the like one be missing', () => {
  const [row] = toRows([int4, ...llamas.slice(0, 2)], 2, []);
  expect(row?.ratio_to['llama.cpp']).toBeNull();
});

describe('the limit', () => {
  const decoding: Measured = { ...int4, stepMs: [4, 8, 5], weightBytesPerStep: 80e6 };

  it('is of the middle step, at the middle speed of memory', () => {
    const [row] = toRows([decoding], 2, [10e6, 20e6, 40e6]);
    expect(row?.limit_fraction).toBe(0.8);
  });

  it('is null where memory was not measured, or is not what limits', () => {
    expect(toRows([decoding], 2, [])[0]?.limit_fraction).toBeNull();
    const elsewhere = { ...decoding, weightBytesPerStep: null };
    expect(toRows([elsewhere], 2, [20e6])[0]?.limit_fraction).toBeNull();
    expect(toRows([{ ...decoding, stepMs: [] }], 2, [20e6])[0]?.limit_fraction).toBeNull();
  });
});

describe('the schema of a row', () => {
  const [row] = toRows([{ ...int4, peakRssMib: 250 }, plain], 2, []);

  it('takes what is measured', () => {
    expect(v.parse(rowSchema, JSON.parse(JSON.stringify(row)))).toEqual(row);
  });

  it('names the columns that the results promise', () => {
    expect(Object.keys(row ?? {})).toEqual([
      ...['job', 'model', 'device', 'variant', 'threads'],
      ...['median_ms', 'ratio_to', 'limit_fraction', 'peak_rss_mib'],
    ]);
  });

  it.each([
    ['a time that is no number', { median_ms: NaN }],
    ['a time of nothing', { median_ms: 0 }],
    ['a device that is none', { device: 'gpu' }],
    ['a ratio below zero', { ratio_to: { ...row?.ratio_to, plain_loop: -1 } }],
    ['a ratio to somebody else', { ratio_to: { ...row?.ratio_to, nobody: 1 } }],
    ['another column', { speed: 1 }],
  ])('refuses %s', (_, change) => {
    expect(v.safeParse(rowSchema, { ...row, ...change }).success).toBe(false);
  });
});
