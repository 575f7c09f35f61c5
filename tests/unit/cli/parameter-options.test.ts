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

  it('takes lists of texts to the letter, and biases behind the last equals sign', () => {
    const options = {
      'bad-words': ['New York', 'a=b'],
      'stop-strings': ['\n'],
      'sequence-bias': [' Trump=-10', 'x = y=.5'],
    };
    expect(readParameters(options)).toEqual({
      strategy: 'beam',
      bad_words: ['New York', 'a=b'],
      stop_strings: ['\n'],
      sequence_bias: [
        { text: ' Trump', bias: -10 },
        { text: 'x = y', bias: 0.5 },
      ],
    });
    expect(readParameters({ 'bad-words': [], rerank: false })).toEqual({ strategy: 'beam' });
    expect(readParameters({ rerank: true })).toEqual({ strategy: 'beam', rerank: true });
  });

  it.each([
    [{ 'bad-words': ['fine', ' '] }, '--bad-words must not be blank.'],
    [{ 'bad-words': ['x'.repeat(201)] }, '--bad-words must be at most 200 characters long.'],
    [
      { 'bad-words': new Array<string>(1_001).fill('x') },
      '--bad-words must be at most 1000 texts.',
    ],
    [{ 'stop-strings': [''] }, '--stop-strings must not be empty.'],
    [{ 'stop-strings': ['\uD83D'] }, '--stop-strings must be well-formed text.'],
    [
      { 'sequence-bias': ['Trump'] },
      '--sequence-bias must be TEXT=BIAS with a number, not "Trump".',
    ],
    [{ 'sequence-bias': ['Trump=much'] }, '--sequence-bias must be TEXT=BIAS with a number'],
    [{ 'sequence-bias': ['Trump=101'] }, '--sequence-bias must be from -100 to 100.'],
    [{ 'sequence-bias': ['=1'] }, '--sequence-bias must not be empty.'],
  ])('%j is wrong usage', (options, message) => {
    expect(() => readParameters(options)).toThrow(message);
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
