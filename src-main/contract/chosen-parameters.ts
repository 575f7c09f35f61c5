import * as v from 'valibot';
import {
  generationParametersSchema,
  parameterNames,
  type GenerationParameters,
  type Strategy,
} from './generation.ts';
import type { ModelSummary } from './models.ts';
import type { Settings } from './settings.ts';

/*
 * Which parameters the settings stand for. Drafting uses them and the settings screen shows
 * them: both must read the same rule.
 */

/** The original's: GPT-2 by beam search, the document as context. */
export const originalParameters: GenerationParameters = {
  strategy: 'beam',
  max_length: 100,
  num_beams: 5,
  no_repeat_ngram_size: 4,
  early_stopping: true,
};

/** What a model's makers advise, under Hugging Face's names. */
export type Advice = ModelSummary['recommended_parameters'];

/** What the settings ask for. `advice` is the chosen model's, null while it is not known. */
export function chosenParameters(settings: Settings, advice: Advice | null): GenerationParameters {
  switch (settings.parameter_source) {
    case 'original':
      return originalParameters;
    case 'custom':
      return settings.parameters;
    case 'model':
      return recommendedParameters(advice ?? {});
  }
}

/**
 * A model's `generation_config.json` as parameters; the original's where it advises nothing.
 * Names and values that this application does not know are left out: they are advice, not a
 * request.
 */
export function recommendedParameters(advice: Advice): GenerationParameters {
  if (!advises(advice)) return originalParameters;
  const parameters: Record<string, unknown> = { strategy: recommendedStrategy(advice) };
  for (const name of parameterNames) {
    const value = advice[name];
    const isKnown = v.is(generationParametersSchema, { strategy: 'beam', [name]: value });
    if (value !== undefined && isKnown) parameters[name] = value;
  }
  return v.parse(generationParametersSchema, parameters);
}

/** Whether there is anything to heed in what a model's makers advise. */
export function advises(advice: Advice): boolean {
  return Object.keys(advice).length > 0;
}

/** The file names no strategy: `do_sample` asks for sampling, several beams for beam search. */
function recommendedStrategy(advice: Advice): Strategy {
  if (advice.do_sample === true) return 'sample';
  return Number(advice.num_beams ?? 1) > 1 ? 'beam' : 'greedy';
}
