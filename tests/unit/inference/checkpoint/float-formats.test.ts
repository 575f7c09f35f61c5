import { describe, expect, it } from 'vitest';
import {
  bf16ToFp32,
  fp16ToFp32,
  fp32ToFp16,
} from '../../../../src-main/inference/checkpoint/float-formats.ts';

/** IEEE 754 binary16 by its definition. */
function valueOfFp16(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const everyFp16 = Uint16Array.from({ length: 0x1_0000 }, (_, bits) => bits);

describe('half precision', () => {
  it('becomes fp32 exactly, every value of it', () => {
    const values = fp16ToFp32(everyFp16);
    for (const bits of everyFp16) expect(values[bits]).toBe(valueOfFp16(bits));
  });

  it('comes back from fp32 to the bit, every number of it', () => {
    const numbers = everyFp16.filter((bits) => !Number.isNaN(valueOfFp16(bits)));
    expect(fp32ToFp16(fp16ToFp32(numbers))).toEqual(numbers);
  });

  it('is the nearest to an fp32 between two of its values, the even one at the middle', () => {
    for (let bits = 0; bits < 0x7bff; bits += 1) {
      const low = valueOfFp16(bits);
      const high = valueOfFp16(bits + 1);
      const even = bits % 2 === 0 ? bits : bits + 1;
      const step = high - low;
      const between = Float32Array.of(low + step * 0.49, low + step * 0.5, low + step * 0.51);
      expect([...fp32ToFp16(between)]).toEqual([bits, even, bits + 1]);
    }
  });

  it('becomes infinite beyond its largest value and stays not a number', () => {
    const values = Float32Array.of(65_519, 65_520, 1e38, -1e38, NaN);
    expect([...fp32ToFp16(values)]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7e00]);
  });
});

describe('bfloat16', () => {
  it('is the upper half of an fp32', () => {
    const bits = Uint16Array.of(0x0000, 0x3f80, 0xc049, 0x7f80, 0x0001);
    expect([...bf16ToFp32(bits)]).toEqual([0, 1, -3.140625, Infinity, 2 ** -133]);
  });
});
