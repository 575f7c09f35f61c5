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
 * A model's `generation_config.json` as parameters, upon the original's where it names no
 * strategy. Names and values that this application does not know are left out: they are advice,
 * not a request.
 */
export function recommendedParameters(advice: Advice): GenerationParameters {
  const strategy = recommendedStrategy(advice);
  const parameters: Record<string, unknown> =
    strategy === null ? { ...originalParameters } : { strategy };
  for (const name of parameterNames) {
    const value = advice[name];
    const isKnown = v.is(generationParametersSchema, { strategy: 'beam', [name]: value });
    if (value !== undefined && isKnown) parameters[name] = value;
  }
  return v.parse(generationParametersSchema, parameters);
}

/**
 * The file has no name for it: `do_sample` asks for sampling, several beams for beam search, and
 * neither in so many words for greedy search. Null where it says nothing of either.
 */
function recommendedStrategy({ do_sample, num_beams }: Advice): Strategy | null {
  if (do_sample === true) return 'sample';
  if (do_sample === undefined && num_beams === undefined) return null;
  return Number(num_beams ?? 1) > 1 ? 'beam' : 'greedy';
}
