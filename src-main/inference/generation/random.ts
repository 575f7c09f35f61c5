/*
 * Our own random numbers, so that a seed gives the same text on every platform and in every
 * version of the runtime: xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", 2021) with its state filled by splitmix32.
 */

/** Uniform numbers in [0, 1) with 53 random bits. */
export type RandomSource = () => number;

/**
 * @param seed an unsigned 32-bit integer
 * @param stream which of the independent sequences of this seed, e.g. one per returned text
 */
export function seededRandom(seed: number, stream: number): RandomSource {
  const fill = splitmix32(seed, stream);
  const next = xoshiro128([fill(), fill(), fill(), fill()]);
  return () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** A new seed, for a request that names none. */
export function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/**
 * Unsigned 32-bit numbers from a state of four, which must not all be zero. Exported for its
 * published test vector.
 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

/** splitmix32 with the finaliser of MurmurHash3, started from the seed and the stream together. */
function splitmix32(seed: number, stream: number): () => number {
  let state = mix((seed + Math.imul(mix(stream + 1), 0x9e3779b9)) | 0);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state);
  };
}

function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
