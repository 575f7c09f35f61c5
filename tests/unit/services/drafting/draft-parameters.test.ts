import { describe, expect, it } from 'vitest';
import {
  parametersOfRecord,
  recordedParameters,
} from '../../../../src-main/services/drafting/draft-parameters.ts';

describe('a record of parameters', () => {
  it('has every parameter that the strategy heeds, and no others', () => {
    expect(recordedParameters({ strategy: 'greedy', max_length: 30, seed: 7 })).toEqual({
      strategy: 'greedy',
      max_length: 30,
      max_new_tokens: null,
      min_new_tokens: null,
      no_repeat_ngram_size: 4,
      repetition_penalty: 1,
      bad_words: [],
      stop_strings: [],
      sequence_bias: [],
    });
  });

  it('leads back to the parameters', () => {
    const parameters = {
      strategy: 'beam',
      early_stopping: 'never',
      bad_words: ['dull'],
      sequence_bias: [{ text: ' sea', bias: 2 }],
      rerank: true,
    } as const;
    expect(parametersOfRecord(recordedParameters(parameters))).toMatchObject({
      ...parameters,
      num_beams: 5,
      stop_strings: [],
    });
  });
});
