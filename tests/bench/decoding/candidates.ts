import { originalParameters } from '../../../src-main/contract/chosen-parameters.ts';
import {
  parameterTable,
  type GenerationParameters,
} from '../../../src-main/contract/generation.ts';

/** Tokens of every draft and of the text that a person wrote in its place. */
export const draftTokens = 100;

/**
 * What is compared: the original's beam search, greedy search, and sampling with its
 * distribution cut in the usual ways, each at several temperatures.
 */
export function candidates(): readonly GenerationParameters[] {
  const length = {
    max_new_tokens: draftTokens,
    // An answer of two words is no draft.
    min_new_tokens: 20,
    no_repeat_ngram_size: parameterTable.no_repeat_ngram_size.default,
  };
  const sampling: GenerationParameters[] = [];
  for (const temperature of [0.6, 0.7, 0.8, 0.9, 1]) {
    for (const cut of [{ top_k: 40 }, { top_k: 0, top_p: 0.9 }, { top_k: 0, min_p: 0.1 }]) {
      for (const repetition_penalty of [1, 1.15]) {
        sampling.push({ ...length, strategy: 'sample', temperature, ...cut, repetition_penalty });
      }
    }
  }
  return [
    { ...originalParameters, max_length: undefined, ...length },
    { ...length, strategy: 'greedy' },
    ...sampling,
  ];
}
