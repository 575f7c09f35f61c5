import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  generationParametersSchema,
  parameterNames,
  parameterTable,
} from '../../../../src-main/contract/generation.ts';
import { variants } from '../../../../src-main/contract/models.ts';
import {
  biasesIn,
  isUsedBy,
  rangeText,
  readValue,
  textsIn,
  valueOf,
  valueText,
  withValue,
} from '../../../../src-renderer/features/settings/parameter-values.ts';
import { variantWords } from '../../../../src-renderer/lib/variant-words.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

describe('readValue', () => {
  it('reads numbers as people write them', () => {
    expect(readValue('temperature', ' 0.8 ')).toEqual({ ok: true, value: 0.8 });
    expect(readValue('temperature', '0,8')).toEqual({ ok: true, value: 0.8 });
    expect(readValue('num_beams', '5')).toEqual({ ok: true, value: 5 });
    expect(readValue('length_penalty', '-1')).toEqual({ ok: true, value: -1 });
  });

  it('takes empty as "not used" only where a parameter may be unused', () => {
    expect(readValue('max_new_tokens', '')).toEqual({ ok: true, value: null });
    expect(readValue('num_beams', '')).toEqual({
      ok: false,
      problem: 'Enter a number, 1 to 64.',
    });
  });

  it('says what is wrong', () => {
    expect(readValue('num_beams', '2.5')).toEqual({ ok: false, problem: 'Enter a whole number.' });
    expect(readValue('num_beams', 'many')).toEqual({
      ok: false,
      problem: '“many” is not a number.',
    });
    expect(readValue('num_beams', '65')).toEqual({ ok: false, problem: 'Out of range: 1 to 64.' });
    expect(readValue('top_p', '0')).toEqual({
      ok: false,
      problem: 'Out of range: above 0, up to 1.',
    });
  });

  it('reads choices by their words', () => {
    expect(readValue('early_stopping', 'never')).toEqual({ ok: true, value: 'never' });
    expect(readValue('early_stopping', 'false')).toEqual({ ok: true, value: false });
    expect(readValue('early_stopping', 'maybe').ok).toBe(false);
  });

  it('accepts exactly what the contract accepts', () => {
    const text = fc.oneof(
      fc.double({ noNaN: true }).map(String),
      fc.integer({ min: -5, max: 70 }).map(String),
      fc.constantFrom('', '0', '1', '1e3', '0x10', 'true', 'never', 'NaN', 'Infinity', '1 2'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...parameterNames), text, (name, typed) => {
        const read = readValue(name, typed);
        if (!read.ok) return;
        expect(v.is(generationParametersSchema, { strategy: 'beam', [name]: read.value })).toBe(
          true,
        );
      }),
      { numRuns: largeCount(5_000), seed: testSeed() },
    );
  });

  it('reads back every default that a field shows', () => {
    for (const name of parameterNames) {
      const value = parameterTable[name].default;
      if (Array.isArray(value)) continue;
      expect(readValue(name, valueText(value))).toEqual({ ok: true, value });
    }
  });
});

describe('rangeText', () => {
  it('puts every kind of range into words', () => {
    expect(rangeText('num_beams')).toBe('1 to 64');
    expect(rangeText('temperature')).toBe('above 0, up to 100');
    expect(rangeText('max_length')).toBe('1 to 1,000,000');
    expect(rangeText('early_stopping')).toBe('true, false or never');
    expect(rangeText('bad_words')).toBe('up to 1,000 texts');
    expect(rangeText('sequence_bias')).toBe('up to 500 texts, each -100 to 100');
  });
});

describe('withValue', () => {
  it('changes one parameter and leaves defaults out', () => {
    const changed = withValue({ strategy: 'beam' }, 'num_beams', 8);
    expect(changed).toEqual({ strategy: 'beam', num_beams: 8 });
    expect(valueOf(changed, 'num_beams')).toBe(8);
    expect(withValue(changed, 'num_beams', 5)).toEqual({ strategy: 'beam' });
    expect(valueOf({ strategy: 'beam' }, 'num_beams')).toBe(5);
  });

  it('leaves a list out once it is empty again', () => {
    const changed = withValue({ strategy: 'beam' }, 'bad_words', ['a', ' b']);
    expect(changed).toEqual({ strategy: 'beam', bad_words: ['a', ' b'] });
    expect(withValue(changed, 'bad_words', [])).toEqual({ strategy: 'beam' });
  });
});

describe('isUsedBy', () => {
  it('follows the contract', () => {
    expect(isUsedBy('num_beams', 'beam')).toBe(true);
    expect(isUsedBy('num_beams', 'sample')).toBe(false);
    expect(isUsedBy('temperature', 'sample')).toBe(true);
    expect(isUsedBy('temperature', 'greedy')).toBe(false);
  });
});

describe('lists', () => {
  it('are told apart, and read as one line', () => {
    const biases = [{ text: ' lawn', bias: -2 }];
    expect(textsIn(['a', 'b'])).toEqual(['a', 'b']);
    expect(textsIn(biases)).toEqual([]);
    expect(biasesIn(biases)).toEqual(biases);
    expect(biasesIn(5)).toEqual([]);
    expect(valueText(['a', 'b'])).toBe('a, b');
    expect(valueText(biases)).toBe(' lawn (-2)');
  });
});

describe('a variant', () => {
  it('has words for people, each of them', () => {
    for (const variant of variants) expect(variantWords(variant)).toMatch(/\.$/);
  });
});
