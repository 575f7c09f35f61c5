import type { AutodocWithDocument } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { Settings } from '../../contract/settings.ts';
import type {
  GenerateProgress,
  InferenceClient,
  ModelReference,
} from '../../inference/client/types.ts';
import type { AutodocOutcome } from '../../store/types.ts';
import { draftedText, draftedTokens } from './drafted-text.ts';
import { parametersOfRecord } from './draft-parameters.ts';
import { limitsOf, planPrompt, type PromptPlan } from './plan-prompt.ts';
import { readTail } from './text-tail.ts';

export interface DraftRequest {
  readonly autodoc: AutodocWithDocument;
  readonly model: ModelReference;
  /** The version's whole text. */
  readonly body: string;
  readonly choice: Pick<Settings, 'device' | 'variant'>;
  /** What it must not contain, beside what its own parameters ban. */
  readonly bannedWords: readonly string[];
  readonly signal: AbortSignal;
  /** Called when the prompt is settled, before the first token. */
  readonly onPlan: (plan: PromptPlan) => void;
  readonly onProgress: (progress: GenerateProgress) => void;
}

/** Writes one draft to its end. Rejects as `InferenceClient.generate` does. */
export async function writeDraft(
  client: InferenceClient,
  { autodoc, model, body, choice, bannedWords, signal, onPlan, onProgress }: DraftRequest,
): Promise<AutodocOutcome> {
  const started = performance.now();
  const parameters = parametersOfRecord(autodoc.parameters);
  const cut = (text: string, prompt: string): string =>
    draftedText(text, prompt, parameters, bannedWords);
  const tail = await readTail(client, model, body);
  if (tail.tokenIds.length === 0) {
    throw new AppError('prompt_empty', 'There is no text to go on from. Write something first.');
  }
  const plan = planPrompt(tail, limitsOf(parameters, model.card.n_positions));
  const prompt = body.slice(plan.start, plan.end);
  signal.throwIfAborted();
  onPlan(plan);

  const result = await client.generate(
    {
      model,
      ...choice,
      promptTokenIds: plan.tokenIds,
      bannedWords,
      parameters: {
        ...parameters,
        seed: autodoc.seed,
        max_new_tokens: plan.maxNewTokens,
        min_new_tokens: Math.min(parameters.min_new_tokens ?? 0, plan.maxNewTokens),
      },
    },
    {
      signal,
      onProgress: (step) => onProgress({ ...step, text: cut(step.text, prompt) }),
    },
  );
  const candidates = result.sequences.map(({ text, tokenIds, score, ranking }) => ({
    autodoc_body: cut(text, prompt),
    tokens: tokenIds.length - plan.tokenIds.length,
    score,
    ranking,
  }));
  const best = candidates[0]!;
  const token_ids = await draftedTokens(
    client,
    model,
    result.sequences[0]!,
    best.autodoc_body,
    plan.tokenIds.length,
  );
  return {
    autodoc_state: 'done',
    autodoc_body: best.autodoc_body,
    failure: null,
    prompt_start: plan.start,
    prompt_end: plan.end,
    model_sha256: model.card.sha256,
    device: result.device,
    variant: result.variant,
    tokens: best.tokens,
    score: best.score,
    duration_ms: Math.round(performance.now() - started),
    candidates: candidates.length > 1 ? candidates : [],
    token_ids,
  };
}
