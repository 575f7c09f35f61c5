import * as v from 'valibot';
import type { DraftParameters } from '../../contract/domain.ts';
import {
  generationParametersSchema,
  parameterNames,
  parameterTable,
  type GenerationParameters,
  type Strategy,
} from '../../contract/generation.ts';

/**
 * What is written down of a draft: the strategy and every parameter that it heeds, defaults
 * filled in, so that a later version with other defaults can still repeat it. The seed has
 * a column of its own.
 */
export function recordedParameters(parameters: GenerationParameters): DraftParameters {
  const record: Record<string, DraftParameters[string]> = { strategy: parameters.strategy };
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
