import { describe, expect, it } from 'vitest';
import {
  chosenParameters,
  originalParameters,
} from '../../../../src-main/contract/chosen-parameters.ts';
import type { ModelSummary } from '../../../../src-main/contract/models.ts';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';

const modelThatRecommends = (recommended_parameters: ModelSummary['recommended_parameters']) =>
  ({ recommended_parameters }) as ModelSummary;

describe('chosenParameters', () => {
  it("is the original's beam search, or what the user set", () => {
    const parameters = { strategy: 'sample', top_k: 7 } as const;
    expect(chosenParameters({ ...defaultSettings, parameters }, null)).toBe(originalParameters);
    expect(
      chosenParameters({ ...defaultSettings, parameter_source: 'custom', parameters }, null),
    ).toBe(parameters);
  });

  it("takes the model's own, its strategy told by do_sample and num_beams", () => {
    const settings = { ...defaultSettings, parameter_source: 'model' } as const;
    const chosen = (advice: ModelSummary['recommended_parameters']) =>
      chosenParameters(settings, modelThatRecommends(advice));
    expect(chosen({ do_sample: true, temperature: 0.8, eos_token_id: 7 })).toEqual({
      strategy: 'sample',
      temperature: 0.8,
    });
    expect(chosen({ num_beams: 4 })).toEqual({ strategy: 'beam', num_beams: 4 });
    expect(chosen({})).toEqual({ strategy: 'greedy' });
    expect(chosenParameters(settings, null)).toBe(originalParameters);
  });

  it('leaves out advice that is out of range', () => {
    expect(
      chosenParameters(
        { ...defaultSettings, parameter_source: 'model' },
        modelThatRecommends({ do_sample: true, temperature: -1, top_k: 40 }),
      ),
    ).toEqual({ strategy: 'sample', top_k: 40 });
  });
});
