import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAgainst, encodeAgainst } from '../../../src-main/store/log/value-encoding.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

const parameters = { seed: testSeed(), numRuns: largeCount(3_000) };
const text = fc.string({ unit: 'binary', minLength: 0, maxLength: 400 });
const longText = text.map((part) => part.repeat(1 + Math.ceil(2_000 / (part.length + 1))));

describe('values compressed against their predecessors', () => {
  it('come back to the letter', () => {
    fc.assert(
      fc.property(longText, text, fc.nat(), fc.nat(), (base, inserted, from, length) => {
        const start = from % (base.length + 1);
        const cut = (
          base.slice(0, start) +
          inserted +
          base.slice(start + (length % 300))
        ).toWellFormed();
        const encoded = encodeAgainst(cut, base.toWellFormed());
        if (encoded !== null) {
          expect(decodeAgainst(encoded, base.toWellFormed())).toBe(cut);
          expect(encoded.length * 2).toBeLessThan(Buffer.byteLength(cut));
        }
      }),
      parameters,
    );
  });

  it('take little room for a small change of a long text', () => {
    const base = Array.from({ length: 5_000 }, (_, line) => `Line ${line * line} of a book.`).join(
      '\n',
    );
    const edited = `${base.slice(0, 70_000)} One more thought. ${base.slice(70_000)}`;
    const encoded = encodeAgainst(edited, base);
    expect(encoded?.length).toBeLessThan(100);
    expect(decodeAgainst(encoded ?? new Uint8Array(), base)).toBe(edited);
  });

  it('stay plain when they are short or have nothing in common', () => {
    expect(encodeAgainst('short', 'short')).toBeNull();
    const random = fc.sample(fc.string({ minLength: 1_000, maxLength: 1_000 }), {
      numRuns: 2,
      seed: 1,
    });
    expect(encodeAgainst(random[0] ?? '', random[1] ?? '')).toBeNull();
  });

  it('do not decode from another format or against another base', () => {
    const base = 'abcdefgh '.repeat(200);
    const encoded = encodeAgainst(`${base}!`, base) ?? Buffer.alloc(0);
    expect(() => decodeAgainst(encoded, 'too short')).toThrow();
    encoded[0] = 2;
    expect(() => decodeAgainst(encoded, base)).toThrow();
  });
});
