import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WeightSource } from '../../../../src-main/inference/checkpoint/weight-source.ts';
import { quantizeBlocks } from '../../../../src-main/inference/graph/block-weights.ts';
import { byteLength } from '../../../../src-main/inference/graph/onnx-types.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';
import { seededNumbers } from '../../../fixtures/seeded-numbers.ts';
import { bytesOf, decodeBlocks } from '../../../fixtures/stored-weights.ts';

function source(rows: number, columns: number, values: Float32Array): WeightSource {
  return {
    dims: [rows, columns],
    readRows: (start, end) => Promise.resolve(values.slice(start * columns, end * columns)),
  };
}

const anyMatrix = fc
  .record({
    inputs: fc.integer({ min: 1, max: 90 }),
    outputs: fc.integer({ min: 1, max: 9 }),
    bits: fc.constantFrom(4 as const, 8 as const),
    blockSize: fc.constantFrom(16, 32, 64),
    /** Powers of two, from what vanishes in fp32 to what nearly overflows. */
    exponent: fc.constantFrom(-140, -60, -3, 0, 60, 120),
    seed: fc.nat(),
  })
  .map(({ seed, exponent, ...shape }) => {
    const random = seededNumbers(seed);
    const values = Float32Array.from({ length: shape.inputs * shape.outputs }, () =>
      // Some are nothing, and some stand out.
      random() < 0.1 ? 0 : (2 * random() - 1) ** 3 * 2 ** exponent,
    );
    return { ...shape, values };
  });

describe('blocks of few bits', () => {
  it('keep every weight near itself, whichever way the matrix lies', async () => {
    await fc.assert(
      fc.asyncProperty(anyMatrix, async ({ inputs, outputs, bits, blockSize, values }) => {
        const turned = new Float32Array(values.length);
        for (let i = 0; i < values.length; i += 1) {
          turned[(i % outputs) * inputs + Math.floor(i / outputs)] = values[i]!;
        }
        const format = { bits, blockSize };
        const matrix = quantizeBlocks(source(inputs, outputs, values), format, 'inputs_first');
        const rows = quantizeBlocks(source(outputs, inputs, turned), format, 'outputs_first');
        // The scales of one and the codes of the other first: both are whole in any order.
        const scales = await bytesOf(rows.scales);
        expect(await bytesOf(rows.codes)).toEqual(await bytesOf(matrix.codes));
        expect(scales).toEqual(await bytesOf(matrix.scales));
        for (const tensor of [matrix.codes, matrix.scales]) {
          expect((await bytesOf(tensor)).byteLength).toBe(byteLength(tensor));
        }

        const kept = await decodeBlocks(matrix);
        const size = matrix.format.blockSize;
        for (let output = 0; output < outputs; output += 1) {
          for (let start = 0; start < inputs; start += size) {
            const block = Array.from(
              { length: Math.min(size, inputs - start) },
              (_, i) => values[(start + i) * outputs + output]!,
            );
            const largest = Math.max(...block.map(Math.abs));
            // 4 bits may cut the largest by a step and a half to serve the others.
            const step = largest / (bits === 8 ? 128 : 6.5);
            const worst = Math.max(...block.map((x, i) => Math.abs(x - kept[start + i]![output]!)));
            expect(worst).toBeLessThanOrEqual(Math.max(1.01 * step, 2 ** -118));
          }
        }
      }),
      { numRuns: largeCount(1_000), seed: testSeed() },
    );
  });

  it('are no larger than a narrow matrix needs', () => {
    const sizeFor = (inputs: number) =>
      quantizeBlocks(
        source(inputs, 1, new Float32Array(inputs)),
        { bits: 4, blockSize: 128 },
        'inputs_first',
      ).format.blockSize;
    expect([1, 16, 17, 32, 33, 64, 65, 1_000].map(sizeFor)).toEqual([
      ...[16, 16, 32, 32, 64, 64, 128, 128],
    ]);
  });

  it('of 4 bits are closer than by the largest weight alone', async () => {
    const random = seededNumbers(11);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const values = Float32Array.from({ length: 64 * 500 }, normal);
    const kept = await decodeBlocks(
      quantizeBlocks(source(64, 500, values), { bits: 4, blockSize: 64 }, 'inputs_first'),
    );
    let error = 0;
    let plainError = 0;
    for (let output = 0; output < 500; output += 1) {
      const block = Array.from({ length: 64 }, (_, i) => values[i * 500 + output]!);
      const largest = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      const scale = -largest / 8;
      for (const [i, x] of block.entries()) {
        const code = Math.max(-8, Math.min(7, Math.round(x / scale)));
        plainError += (x - code * scale) ** 2;
        error += (x - kept[i]![output]!) ** 2;
      }
    }
    expect(error).toBeLessThan(0.95 * plainError);
  });

  it('hold what they worked out only until it was written', async () => {
    let reads = 0;
    const matrix = quantizeBlocks(
      {
        dims: [16, 2],
        readRows: () => {
          reads += 1;
          return Promise.resolve(new Float32Array(32).fill(1));
        },
      },
      { bits: 8, blockSize: 16 },
      'inputs_first',
    );
    await bytesOf(matrix.codes);
    await bytesOf(matrix.scales);
    expect(reads).toBe(1);
    await bytesOf(matrix.codes);
    expect(reads).toBe(2);
  });
});
