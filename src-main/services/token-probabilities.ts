import type { TokenProbability } from '../contract/domain.ts';
import type { EngineChoice, InferenceClient } from '../inference/client/types.ts';

export interface WrittenTokens {
  readonly promptTokenIds: readonly number[];
  /** With the prompt they fit the model's context. */
  readonly tokenIds: readonly number[];
  /** How many of the likeliest tokens to name at each place. */
  readonly alternatives: number;
}

/** How likely a model finds each token of a text after its prompt, in one pass. */
export async function tokenProbabilities(
  client: InferenceClient,
  choice: EngineChoice,
  { promptTokenIds, tokenIds, alternatives }: WrittenTokens,
  signal?: AbortSignal,
): Promise<readonly TokenProbability[]> {
  if (tokenIds.length === 0) return [];
  const scores = await client.score(choice, [...promptTokenIds, ...tokenIds], {
    alternatives,
    ...(signal && { signal }),
  });
  // The first token of all has no score.
  const first = promptTokenIds.length - 1;
  const likeliest = tokenIds.map((_, i) => scores.alternatives[first + i] ?? []);

  const ids = [...new Set([...tokenIds, ...likeliest.flat().map(({ tokenId }) => tokenId)])];
  const texts = await client.tokenTexts(choice.model, ids);
  const textOf = new Map(ids.map((id, i) => [id, texts[i]!]));
  return tokenIds.map((token_id, i) => ({
    token_id,
    text: textOf.get(token_id)!,
    log_prob: scores.logProbs[first + i]!,
    alternatives: likeliest[i]!.map(({ tokenId, logProb }) => ({
      token_id: tokenId,
      text: textOf.get(tokenId)!,
      log_prob: logProb,
    })),
  }));
}
