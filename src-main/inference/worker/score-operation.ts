import { AppError } from '../../contract/errors.ts';
import { scoreTokens } from '../scoring/score-tokens.ts';
import type { LoadedModel } from './model-slot.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationOutput, OperationPayload } from './protocol.ts';

/**
 * How likely a text's tokens are to a model that is in memory.
 *
 * @throws AppError `prompt_too_long`
 */
export async function scoreText(
  { session, card }: LoadedModel,
  { tokenIds, alternatives: wanted }: OperationPayload<'score'>,
  { signal }: OperationContext<'score'>,
): Promise<OperationOutput<'score'>> {
  if (tokenIds.length > card.n_positions) {
    throw new AppError(
      'prompt_too_long',
      `The text has ${tokenIds.length} tokens and the model reads ${card.n_positions}. ` +
        'Score it in shorter parts.',
      { details: { tokens: tokenIds.length, n_positions: card.n_positions } },
    );
  }
  const scored = await scoreTokens(session, tokenIds, signal, wanted);
  return {
    tokenIds,
    logProbs: [...scored.logProbs],
    alternatives: scored.alternatives.map((place) => [...place]),
  };
}
