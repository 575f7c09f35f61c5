/*
 * Half-precision formats to and from fp32. Whole arrays at a time, and without `Float16Array`,
 * which Node 22 lacks.
 */

/** Every fp16 pattern's value as fp32 bits: 256 KiB, made at first use. */
let fp16Table: Uint32Array | null = null;

function makeFp16Table(): Uint32Array {
  const table = new Uint32Array(0x1_0000);
  for (let bits = 0; bits < table.length; bits += 1) {
    const sign = (bits & 0x8000) << 16;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) {
      table[bits] = sign | 0x7f80_0000 | (fraction << 13);
    } else if (exponent !== 0) {
      table[bits] = sign | ((exponent + 112) << 23) | (fraction << 13);
    } else if (fraction === 0) {
      table[bits] = sign;
    } else {
      // Subnormal: fraction × 2^-24, which fp32 holds as a normal number.
      const shift = Math.clz32(fraction) - 21;
      table[bits] = sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
    }
  }
  return table;
}

/** IEEE 754 binary16 to binary32, exactly. */
export function fp16ToFp32(halves: Uint16Array): Float32Array {
  const table = (fp16Table ??= makeFp16Table());
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i += 1) bits[i] = table[halves[i]!]!;
  return new Float32Array(bits.buffer);
}

/** bfloat16 to binary32, exactly: the upper half of the bits. */
export function bf16ToFp32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i += 1) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Binary32 to binary16, to nearest, ties to even; what is too large becomes infinite. */
export function fp32ToFp16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i += 1) {
    const word = bits[i]!;
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fff_ffff;
    let half: number;
    if (magnitude >= 0x7f80_0000) {
      half = magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00;
    } else if (magnitude >= 0x3880_0000) {
      // Normal in fp16: move the exponent's bias, round the 13 lost bits. A carry runs into
      // the exponent and, at the top, into infinity, as it should.
      const rebased = magnitude - (112 << 23);
      half = Math.min(0x7c00, (rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
    } else {
      // Subnormal or zero: a whole number of 2^-24.
      half = roundTiesToEven(Math.abs(values[i]!) * 2 ** 24);
    }
    halves[i] = sign | half;
  }
  return halves;
}

function roundTiesToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
