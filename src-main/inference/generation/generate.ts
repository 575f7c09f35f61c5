import { AppError, assertNever } from '../../contract/errors.ts';
import { beamSearch } from './beam-search.ts';
import { greedySearch } from './greedy.ts';
import { sample } from './sample.ts';
import type { GeneratedTokens, GenerateRun } from './types.ts';

/**
 * Writes on from a prompt: Hugging Face's `generate`, nothing added and nothing changed. For
 * the same scores it finds the same tokens.
 *
 * @returns as many texts as asked for, best first
 * @throws AppError `cancelled` between two steps, `invalid_input` for token ids that the model
 *   does not have
 */
export async function generate(run: GenerateRun): Promise<readonly GeneratedTokens[]> {
  checkPrompt(run);
  switch (run.config.strategy) {
    case 'greedy':
      return [await greedySearch(run)];
    case 'sample':
      return sample(run);
    case 'beam':
      return beamSearch(run);
    default:
      return assertNever(run.config.strategy);
  }
}

function checkPrompt({ promptTokenIds, config, decoder }: GenerateRun): void {
  if (promptTokenIds.length !== config.prompt_length) {
    throw new Error('The configuration was resolved for a prompt of another length');
  }
  const { vocabSize } = decoder;
  const isKnown = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < vocabSize;
  const unknown = promptTokenIds.find((id) => !isKnown(id));
  if (unknown !== undefined) {
    throw new AppError(
      'invalid_input',
      `The model has no token ${unknown}: its ids are 0 to ${vocabSize - 1}. The tokenizer may belong to another model.`,
      { details: { token_id: unknown, vocab_size: vocabSize } },
    );
  }
}
