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

/** What the settings ask for. `model` is the chosen one, null while it is not known. */
export function chosenParameters(
  settings: Settings,
  model: ModelSummary | null,
): GenerationParameters {
  switch (settings.parameter_source) {
    case 'original':
      return originalParameters;
    case 'custom':
      return settings.parameters;
    case 'model':
      return model === null ? originalParameters : recommendedParameters(model);
  }
}

/**
 * A model's `generation_config.json` as parameters. Names and values that this application
 * does not know are left out: they are advice, not a request.
 */
export function recommendedParameters(model: ModelSummary): GenerationParameters {
  const advice = model.recommended_parameters;
  const parameters: Record<string, unknown> = { strategy: recommendedStrategy(advice) };
  for (const name of parameterNames) {
    const value = advice[name];
    const isKnown = v.is(generationParametersSchema, { strategy: 'beam', [name]: value });
    if (value !== undefined && isKnown) parameters[name] = value;
  }
  return v.parse(generationParametersSchema, parameters);
}

/** The file names no strategy: `do_sample` asks for sampling, several beams for beam search. */
function recommendedStrategy(advice: ModelSummary['recommended_parameters']): Strategy {
  if (advice.do_sample === true) return 'sample';
  return Number(advice.num_beams ?? 1) > 1 ? 'beam' : 'greedy';
}
