import * as v from 'valibot';
import type { DraftParameters } from '../../contract/domain.ts';
import {
  generationParametersSchema,
  parameterNames,
  parameterTable,
  type GenerationParameters,
  type Strategy,
} from '../../contract/generation.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { Settings } from '../../contract/settings.ts';

/** The original's: GPT-2 by beam search, the document as context. */
const originalParameters: GenerationParameters = {
  strategy: 'beam',
  max_length: 100,
  num_beams: 5,
  no_repeat_ngram_size: 4,
  early_stopping: true,
};

/** What the settings ask for. `card` is the model's, null while it is not known. */
export function chosenParameters(settings: Settings, card: ModelCard | null): GenerationParameters {
  switch (settings.parameter_source) {
    case 'original':
      return originalParameters;
    case 'custom':
      return settings.parameters;
    case 'model':
      return card === null ? originalParameters : recommendedParameters(card);
  }
}

/**
 * A model's `generation_config.json` as parameters. Names and values that this application
 * does not know are left out: they are advice, not a request.
 */
export function recommendedParameters(card: ModelCard): GenerationParameters {
  const advice = card.recommended_parameters;
  const parameters: Record<string, unknown> = { strategy: recommendedStrategy(card) };
  for (const name of parameterNames) {
    const value = advice[name];
    if (value === undefined) continue;
    const isKnown = v.is(generationParametersSchema, { strategy: 'beam', [name]: value });
    if (isKnown) parameters[name] = value;
  }
  return parameters as unknown as GenerationParameters;
}

function recommendedStrategy({ recommended_parameters: advice }: ModelCard): Strategy {
  if (advice.do_sample === true) return 'sample';
  return Number(advice.num_beams ?? 1) > 1 ? 'beam' : 'greedy';
}

/**
 * What is written down of a draft: the strategy and every parameter that it heeds, defaults
 * filled in, so that a later version with other defaults can still repeat it. The seed has
 * a column of its own.
 */
export function recordedParameters(parameters: GenerationParameters): DraftParameters {
  const record: Record<string, number | boolean | string | null> = {
    strategy: parameters.strategy,
  };
  for (const name of parameterNames) {
    const strategies: readonly Strategy[] = parameterTable[name].strategies;
    if (name === 'seed' || !strategies.includes(parameters.strategy)) continue;
    record[name] = parameters[name] ?? parameterTable[name].default;
  }
  return record;
}

/** The way back. Throws `ValiError` for a record that no version of this application wrote. */
export function parametersOfRecord(record: DraftParameters): GenerationParameters {
  return v.parse(generationParametersSchema, record);
}
