import fc from 'fast-check';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { matchBlocks } from '../../../src-main/store/log/block-matching.ts';
import {
  decodeAgainst,
  decodeWhole,
  encodeAgainst,
  encodeWhole,
  rungOf,
} from '../../../src-main/store/log/value-encoding.ts';
import { createProse } from '../../fixtures/large-library/made-up-prose.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';

const seed = testSeed();
const parameters = { seed, numRuns: largeCount(3_000) };
const part = fc.string({ unit: 'binary', minLength: 0, maxLength: 400 });

/** Long enough to be worth a delta: repeated, of many different parts, or both. */
const longText = fc.oneof(
  part.map((text) => text.repeat(1 + Math.ceil(2_000 / (text.length + 1)))),
  fc.array(part, { minLength: 8, maxLength: 30 }).map((parts) => parts.join(' ')),
  fc.nat().map((number) => createProse(seededNumbers(number)).text(600)),
);

/** Cuts, pastes, moves and doubles passages anywhere. */
const edit = fc.record({
  kind: fc.constantFrom('replace', 'move', 'double'),
  from: fc.nat(),
  length: fc.nat({ max: 1_500 }),
  to: fc.nat(),
  inserted: part,
});
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

function edited(text: string, { kind, from, length, to, inserted }: Edit): string {
  const start = from % (text.length + 1);
  const end = start + (kind === 'replace' ? length % 300 : length);
  const rest = kind === 'double' ? text : text.slice(0, start) + text.slice(end);
  const place = kind === 'replace' ? start : to % (rest.length + 1);
  const passage = kind === 'replace' ? inserted : text.slice(start, end);
  return rest.slice(0, place) + passage + rest.slice(place);
}

const versions = fc.tuple(longText, fc.array(edit, { maxLength: 6 })).map(([before, edits]) => ({
  base: Buffer.from(before),
  text: Buffer.from(edits.reduce(edited, before)),
}));

describe('blocks that two texts share', () => {
  it('are the same in both, and in the order of the target', () => {
    fc.assert(
      fc.property(versions, ({ base, text }) => {
        let done = 0;
        for (const { at, from, length } of matchBlocks(text, base)) {
          expect(at).toBeGreaterThanOrEqual(done);
          expect(length).toBeGreaterThan(0);
          expect(text.compare(base, from, from + length, at, at + length)).toBe(0);
          done = at + length;
        }
        expect(done).toBeLessThanOrEqual(text.length);
      }),
      parameters,
    );
  });

  it('are found wherever a passage went', () => {
    const prose = createProse(seededNumbers(seed));
    const [first, second, third] = [prose.text(300), prose.text(300), prose.text(300)];
    const copied = matchBlocks(
      Buffer.from(third + first + second + first),
      Buffer.from(first + second + third),
    ).reduce((sum, { length }) => sum + length, 0);
    expect(copied).toBe(Buffer.byteLength(third + first + second + first));
  });
});

describe('values compressed against others', () => {
  it('come back to the byte', () => {
    fc.assert(
      fc.property(versions, fc.constantFrom('step', 'stride'), ({ base, text }, rung) => {
        const encoded = encodeAgainst(text, base, rung);
        if (encoded === null) return;
        expect(rungOf(encoded)).toBe(rung);
        expect(decodeAgainst(encoded, base).equals(text)).toBe(true);
        expect(encoded.length * 2).toBeLessThan(text.length);
      }),
      parameters,
    );
  });

  it('take little room, however many places of a long text changed', () => {
    const prose = createProse(seededNumbers(seed));
    const before = prose.text(18_000);
    const moved = before.slice(0, 20_000) + before.slice(30_000) + before.slice(20_000, 30_000);
    const base = Buffer.from(before);
    const sizeOf = (text: string): number => {
      const encoded = encodeAgainst(Buffer.from(text), base, 'step')!;
      expect(decodeAgainst(encoded, base).toString()).toBe(text);
      return encoded.length;
    };
    expect(sizeOf(before)).toBeLessThan(40);
    expect(
      sizeOf(`${before.slice(0, 70_000)} One more thought.${before.slice(70_000)}`),
    ).toBeLessThan(100);
    expect(sizeOf(`A${before.slice(0, 50_000)} B ${before.slice(50_010)}C`)).toBeLessThan(100);
    expect(sizeOf(moved)).toBeLessThan(100);
  });

  it('stay plain when they are short or have little in common', () => {
    const [one, other] = [1, 2].map((number) =>
      Buffer.from(createProse(seededNumbers(number)).text(2_000)),
    );
    expect(encodeAgainst(one!, other!, 'step')).toBeNull();
    expect(encodeAgainst(one!, Buffer.alloc(0), 'step')).toBeNull();
    const short = Buffer.from('short');
    expect(encodeAgainst(short, short, 'step')).toBeNull();
    expect(encodeWhole(short)).toBeNull();
  });

  it('read what former versions of the program wrote', () => {
    fc.assert(
      fc.property(versions, ({ base, text }) => {
        const encoded = formerEncoding(text, base);
        expect(rungOf(encoded)).toBe('step');
        expect(decodeAgainst(encoded, base).equals(text)).toBe(true);
      }),
      { ...parameters, numRuns: largeCount(1_000) },
    );
  });
});

describe('whole values', () => {
  it('come back to the byte, smaller', () => {
    fc.assert(
      fc.property(longText, (long) => {
        const text = Buffer.from(long);
        const encoded = encodeWhole(text);
        if (encoded === null) return;
        expect(decodeWhole(encoded).equals(text)).toBe(true);
        expect(encoded.length).toBeLessThan(text.length);
      }),
      parameters,
    );
    expect(encodeWhole(Buffer.from('Many words. '.repeat(400)))).not.toBeNull();
  });
});

describe('damaged bytes', () => {
  const damage = fc.record({
    kind: fc.constantFrom('flip', 'cut', 'lengthen', 'zero'),
    place: fc.nat(),
    bit: fc.nat({ max: 7 }),
  });
  type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

  function damaged(encoded: Buffer, { kind, place, bit }: Damage): Buffer {
    const bytes = Buffer.from(encoded);
    const at = place % bytes.length;
    if (kind === 'cut') return bytes.subarray(0, at);
    if (kind === 'lengthen') return Buffer.concat([bytes.subarray(0, at), bytes]);
    bytes[at] = kind === 'zero' ? 0 : bytes[at]! ^ (1 << bit);
    return bytes;
  }

  /** Another text, or an error that says so; never anything else. */
  function expectNoHarm(decode: () => Buffer): void {
    try {
      expect(decode().length).toBeLessThanOrEqual(6 * 20_000_000 + 2);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Error);
      expect(thrown).not.toHaveProperty('matcherResult');
    }
  }

  it('are found', () => {
    fc.assert(
      fc.property(versions, damage, ({ base, text }, harm) => {
        for (const encoded of [encodeAgainst(text, base, 'step'), encodeWhole(text)]) {
          if (encoded === null) continue;
          const bytes = damaged(encoded, harm);
          if (bytes.equals(encoded)) continue;
          expect(() => decodeAgainst(bytes, base)).toThrow();
          expect(() => decodeWhole(bytes)).toThrow();
        }
      }),
      parameters,
    );
  });

  it('do no harm where somebody sealed them anew', () => {
    fc.assert(
      fc.property(versions, damage, ({ base, text }, harm) => {
        for (const encoded of [encodeAgainst(text, base, 'stride'), encodeWhole(text)]) {
          if (encoded === null) continue;
          const bytes = sealed(damaged(encoded.subarray(0, -4), harm));
          expectNoHarm(() => decodeAgainst(bytes, base));
          expectNoHarm(() => decodeWhole(bytes));
          expectNoHarm(() => decodeAgainst(encoded, base.subarray(harm.place % base.length)));
        }
        expectNoHarm(() => decodeAgainst(damaged(formerEncoding(text, base), harm), base));
      }),
      parameters,
    );
  });

  it.each([[1], [2], [3], [4]])('of any kind do no harm, in format %i', (format) => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(bytes, bytes, (rest, base) => {
        const encoded = Buffer.from([format, ...rest]);
        for (const read of [encoded, sealed(encoded)]) {
          expectNoHarm(() => decodeAgainst(read, Buffer.from(base)));
          expectNoHarm(() => decodeWhole(read));
        }
      }),
      parameters,
    );
  });

  it('take no more memory than a text may have', () => {
    const huge = deflateRawSync(Buffer.alloc(200_000_000));
    const base = Buffer.from('base');
    const saying = (length: readonly number[]) => [
      () => decodeWhole(sealed(Buffer.concat([Buffer.from([4, ...length]), huge]))),
      () => decodeAgainst(sealed(Buffer.concat([Buffer.from([2, ...length, 0, 0]), huge])), base),
    ];
    const asMuchAsCanBe = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    for (const decode of saying(asMuchAsCanBe)) expect(decode).toThrow('A length that cannot be');
    for (const decode of saying([100])) expect(decode).toThrow(RangeError);
    const former = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0]), huge]);
    expect(() => decodeAgainst(former, base)).toThrow(RangeError);
  });

  it('of another format are refused', () => {
    const base = Buffer.from('abcdefgh '.repeat(1_000));
    const text = Buffer.concat([base, Buffer.from('!')]);
    const [delta, whole] = [encodeAgainst(text, base, 'step')!, encodeWhole(text)!];
    expect(() => decodeAgainst(whole, base)).toThrow('Unknown encoding');
    expect(() => decodeWhole(delta)).toThrow('Unknown encoding');
    expect(() => decodeAgainst(delta, Buffer.from('too short'))).toThrow();
    expect(() => decodeAgainst(Buffer.alloc(0), base)).toThrow('Unknown encoding');
  });
});

function sealed(bytes: Buffer): Buffer {
  const seal = Buffer.alloc(4);
  seal.writeUInt32LE(crc32(bytes));
  return Buffer.concat([bytes, seal]);
}

/** Format 1, as former versions of the program wrote it. */
function formerEncoding(text: Buffer, base: Buffer): Buffer {
  const shorter = Math.min(text.length, base.length);
  let start = 0;
  while (start < shorter && text[start] === base[start]) start += 1;
  let end = 0;
  while (end < shorter - start && text.at(-1 - end) === base.at(-1 - end)) end += 1;
  const head = Buffer.alloc(9);
  head[0] = 1;
  head.writeUInt32LE(start, 1);
  head.writeUInt32LE(end, 5);
  const middle = base.subarray(start, base.length - end);
  const options = middle.length === 0 ? {} : { dictionary: middle.subarray(-32_768) };
  return Buffer.concat([head, deflateRawSync(text.subarray(start, text.length - end), options)]);
}
