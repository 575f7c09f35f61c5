import { describe, expect, it } from 'vitest';
import {
  chosenParameters,
  recommendedParameters,
} from '../../../../src-main/contract/chosen-parameters.ts';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';
import {
  parametersOfRecord,
  recordedParameters,
} from '../../../../src-main/services/drafting/draft-parameters.ts';
import { fakeCard } from '../../../integration/services/fake-engine.ts';

const recommending = (recommended_parameters: Record<string, number | boolean | string>) =>
  recommendedParameters(fakeCard('m', { recommended_parameters }));

describe('chosenParameters', () => {
  it('are the original application’s by default', () => {
    expect(chosenParameters(defaultSettings, null)).toEqual({
      strategy: 'beam',
      max_length: 100,
      num_beams: 5,
      no_repeat_ngram_size: 4,
      early_stopping: true,
    });
  });

  it('are the user’s own', () => {
    const parameters = { strategy: 'greedy', max_length: 30 } as const;
    const settings = { ...defaultSettings, parameter_source: 'custom', parameters } as const;
    expect(chosenParameters(settings, null)).toBe(parameters);
  });
});

describe('recommendedParameters', () => {
  it.each([
    [{ do_sample: true, num_beams: 4 }, 'sample'],
    [{ num_beams: 4 }, 'beam'],
    [{ num_beams: 1 }, 'greedy'],
    [{}, 'greedy'],
  ])('%j is %s', (advice, strategy) => {
    expect(recommending(advice).strategy).toBe(strategy);
  });

  it('leave out what is unknown or out of range', () => {
    expect(recommending({ temperature: -1, top_k: 40, penalty_alpha: 0.6, seed: 'x' })).toEqual({
      strategy: 'greedy',
      top_k: 40,
    });
  });
});

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
