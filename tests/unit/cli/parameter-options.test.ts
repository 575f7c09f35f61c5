import { describe, expect, it } from 'vitest';
import { parameterNames } from '../../../src-main/contract/generation.ts';
import { parameterOptions, readParameters } from '../../../src-main/cli/parameter-options.ts';

describe('options of generation', () => {
  it('are all of the table’s parameters under Hugging Face’s names', () => {
    const names = Object.keys(parameterOptions).map((name) => name.replaceAll('-', '_'));
    expect(names).toEqual(['strategy', ...parameterNames]);
  });

  it('that are not given are not made up', () => {
    expect(readParameters({})).toEqual({ strategy: 'beam' });
  });

  it.each([
    ['length-penalty', '-0.5', { length_penalty: -0.5 }],
    ['max-length', '1e2', { max_length: 100 }],
    ['top-p', '.5', { top_p: 0.5 }],
    ['early-stopping', 'never', { early_stopping: 'never' }],
    ['early-stopping', 'false', { early_stopping: false }],
    ['no-repeat-ngram-size', '0', { no_repeat_ngram_size: 0 }],
  ])('--%s %s', (name, text, expected) => {
    expect(readParameters({ strategy: 'sample', [name]: text })).toEqual({
      strategy: 'sample',
      ...expected,
    });
  });

  it.each([
    ['num-beams', '0', '--num-beams must be from 1 to 64.'],
    ['num-beams', '2.5', '--num-beams must be a whole number.'],
    ['top-p', '0', '--top-p must be from above 0 to 1.'],
    ['temperature', 'hot', '--temperature must be a number, not "hot".'],
    ['temperature', '0x10', '--temperature must be a number, not "0x10".'],
    ['temperature', 'Infinity', '--temperature must be a number, not "Infinity".'],
    ['temperature', '1e999', '--temperature must be finite.'],
    ['temperature', '', '--temperature must be a number, not "".'],
  ])('--%s %j is wrong usage', (name, text, message) => {
    expect(() => readParameters({ [name]: text })).toThrow(message);
  });
});
