import { describe, expect, it } from 'vitest';
import {
  chosenParameters,
  originalParameters,
  recommendedParameters,
} from '../../../src-main/contract/chosen-parameters.ts';
import { defaultSettings, type Settings } from '../../../src-main/contract/settings.ts';

const settings = (more: Partial<Settings> = {}): Settings => ({ ...defaultSettings, ...more });
const advice = { do_sample: true, temperature: 0.8, eos_token_id: 7 };

describe('chosenParameters', () => {
  it('are what the model recommends by default', () => {
    expect(chosenParameters(settings(), advice)).toEqual({ strategy: 'sample', temperature: 0.8 });
  });

  it('are the original application’s where the model recommends nothing or is not known', () => {
    const original = {
      strategy: 'beam',
      max_length: 100,
      num_beams: 5,
      no_repeat_ngram_size: 4,
      early_stopping: true,
    };
    expect(chosenParameters(settings(), {})).toEqual(original);
    expect(chosenParameters(settings(), { eos_token_id: 7 })).toEqual(original);
    const longer = { ...original, max_length: 200 };
    expect(chosenParameters(settings(), { max_length: 200 })).toEqual(longer);
    expect(chosenParameters(settings(), null)).toEqual(original);
  });

  it('are the original’s or the user’s own when those are asked for', () => {
    const parameters = { strategy: 'greedy', max_length: 30 } as const;
    expect(chosenParameters(settings({ parameter_source: 'original', parameters }), advice)).toBe(
      originalParameters,
    );
    expect(chosenParameters(settings({ parameter_source: 'custom', parameters }), advice)).toBe(
      parameters,
    );
  });
});

describe('recommendedParameters', () => {
  it.each([
    [{ do_sample: true, num_beams: 4 }, 'sample'],
    [{ num_beams: 4 }, 'beam'],
    [{ num_beams: 1 }, 'greedy'],
    [{ do_sample: false }, 'greedy'],
    [{ top_k: 7 }, 'beam'],
  ])('%j is %s', (given, strategy) => {
    expect(recommendedParameters(given).strategy).toBe(strategy);
  });

  it('leave out what is unknown or out of range', () => {
    const given = { do_sample: true, temperature: -1, top_k: 40, penalty_alpha: 0.6, seed: 'x' };
    expect(recommendedParameters(given)).toEqual({ strategy: 'sample', top_k: 40 });
  });
});
