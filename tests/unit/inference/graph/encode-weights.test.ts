import { describe, expect, it } from 'vitest';
import type { WeightSource } from '../../../../src-main/inference/checkpoint/weight-source.ts';
import {
  encodeFp16,
  quantizeColumns,
  quantizeTransposedRows,
} from '../../../../src-main/inference/graph/encode-weights.ts';
import {
  headPadding,
  padHeadColumns,
  padHeadRows,
} from '../../../../src-main/inference/graph/pad-heads.ts';
import {
  byteLength,
  type ExternalTensor,
} from '../../../../src-main/inference/graph/onnx-types.ts';
import { seededNumbers } from '../../../fixtures/seeded-numbers.ts';

function source(rows: number, columns: number, values: Float32Array): WeightSource {
  return {
    dims: [rows, columns],
    readRows: (start, end) => Promise.resolve(values.slice(start * columns, end * columns)),
  };
}

async function bytesOf(tensor: ExternalTensor): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tensor.chunks()) chunks.push(chunk);
  const bytes = Uint8Array.from(Buffer.concat(chunks));
  expect(bytes.byteLength).toBe(byteLength(tensor));
  return bytes.buffer;
}

/** Large enough for several chunks. */
const rows = 1_100;
const columns = 1_000;
const random = seededNumbers(3);
const values = Float32Array.from({ length: rows * columns }, () => (random() - 0.5) * 3);
// A column and a row of nothing, and one of both that stands out.
for (let i = 0; i < rows; i += 1) values[i * columns + 5] = 0;
values.fill(0, 7 * columns, 8 * columns);
values[9 * columns + 9] = -400;
const matrix = source(rows, columns, values);

describe('eight bits', () => {
  it('keep each value within half a step of its column', async () => {
    const quantized = quantizeColumns(matrix);
    const bytes = new Int8Array(await bytesOf(quantized.values));
    const scales = new Float32Array(await bytesOf(quantized.scales));
    expect(quantized.values.dims).toEqual([rows, columns]);
    expect(scales[5]).toBe(1);
    let worst = 0;
    for (let i = 0; i < values.length; i += 1) {
      const scale = scales[i % columns]!;
      const error = Math.abs(bytes[i]! * scale - values[i]!);
      worst = Math.max(worst, error / scale);
    }
    expect(worst).toBeLessThan(0.5001);
    expect(bytes[9 * columns + 9]).toBe(-127);
  });

  it('turn a head round and keep each value within half a step of its token', async () => {
    const quantized = quantizeTransposedRows(matrix);
    // The scales first: whichever of the two is written first, both are whole.
    const scales = new Float32Array(await bytesOf(quantized.scales));
    const bytes = new Int8Array(await bytesOf(quantized.values));
    expect(quantized.values.dims).toEqual([columns, rows]);
    expect(scales[7]).toBe(1);
    let worst = 0;
    for (let i = 0; i < values.length; i += 1) {
      const row = Math.floor(i / columns);
      const scale = scales[row]!;
      const byte = bytes[(i % columns) * rows + row]!;
      worst = Math.max(worst, Math.abs(byte * scale - values[i]!) / scale);
    }
    expect(worst).toBeLessThan(0.5001);
  });
});

it('half precision takes two bytes a value', async () => {
  const halves = new Uint16Array(
    await bytesOf(encodeFp16(source(1, 3, Float32Array.of(1, -2, 0)))),
  );
  expect([...halves]).toEqual([0x3c00, 0xc000, 0]);
});

describe('heads of a width that the operator refuses', () => {
  const padding = headPadding(3);

  it('get zero columns at their ends', async () => {
    const padded = padHeadColumns(
      source(
        2,
        6,
        Float32Array.from({ length: 12 }, (_, i) => i + 1),
      ),
      padding,
    );
    const zeros = [0, 0, 0, 0, 0];
    expect(padded.dims).toEqual([2, 16]);
    expect([...(await padded.readRows(1, 2))]).toEqual([7, 8, 9, ...zeros, 10, 11, 12, ...zeros]);
  });

  it('meet zero rows, wherever reading starts and ends', async () => {
    const original = source(6, 1, Float32Array.of(1, 2, 3, 4, 5, 6));
    const padded = padHeadRows(original, padding);
    const whole = [1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0];
    expect(padded.dims).toEqual([16, 1]);
    for (let start = 0; start <= 16; start += 1) {
      for (let end = start; end <= 16; end += 1) {
        expect([...(await padded.readRows(start, end))]).toEqual(whole.slice(start, end));
      }
    }
  });

  it('are left alone where they fit', () => {
    expect(padHeadColumns(matrix, headPadding(64))).toBe(matrix);
    expect(padHeadRows(matrix, headPadding(8))).toBe(matrix);
  });
});
