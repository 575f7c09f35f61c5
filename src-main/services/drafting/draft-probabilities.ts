import type { AutodocWithDocument, TokenProbability } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import { variants } from '../../contract/models.ts';
import type { InferenceClient, ModelReference } from '../../inference/client/types.ts';
import type { LibraryStore } from '../../store/types.ts';
import type { ModelShelf } from '../model-shelf.ts';
import type { SettingsReader } from '../settings.ts';
import { tokenProbabilities } from '../token-probabilities.ts';
import { parametersOfRecord } from './draft-parameters.ts';
import { limitsOf, planPrompt } from './plan-prompt.ts';
import { readTail } from './text-tail.ts';

export interface DraftProbabilitiesOptions {
  readonly store: LibraryStore;
  readonly models: ModelShelf;
  readonly client: InferenceClient;
  readonly settings: SettingsReader;
}

/**
 * How likely each token of a draft's text was to the model that wrote it: the same weights, the
 * same tokens of prompt and text. One that was never begun has none.
 *
 * @throws AppError `model_not_found` when no model in the store is the one that wrote it
 */
export async function draftProbabilities(
  autodoc: AutodocWithDocument,
  alternatives: number,
  { store, models, client, settings }: DraftProbabilitiesOptions,
): Promise<readonly TokenProbability[]> {
  const version = store.versions.get(autodoc.version_id);
  if (autodoc.model_sha256 === null || autodoc.autodoc_body === '' || version === null) return [];
  const model = await writerOf(autodoc, models);
  const promptTokenIds = await promptOf(autodoc, version.document_body, model, client);
  const kept = store.autodocs.tokenIds(autodoc.id);
  const { tokenIds } =
    kept.length > 0 ? { tokenIds: kept } : await client.tokenize(model, autodoc.autodoc_body);
  return tokenProbabilities(
    client,
    {
      model,
      device: settings.current().device,
      variant: variants.find((variant) => variant === autodoc.variant) ?? 'auto',
    },
    {
      promptTokenIds,
      // A text that was cut into tokens anew may have more of them than there is room for.
      tokenIds: tokenIds.slice(0, model.card.n_positions - promptTokenIds.length),
      alternatives,
    },
  );
}

/** By its name, else whatever it is called now: what counts are the weights. */
async function writerOf(autodoc: AutodocWithDocument, models: ModelShelf): Promise<ModelReference> {
  const { model_name, model_sha256 } = autodoc;
  const cards = await models.list();
  const same = cards.filter(({ sha256 }) => sha256 === model_sha256);
  const card = same.find(({ name }) => name === model_name) ?? same[0];
  if (card !== undefined) return models.get(card.name);
  const isReplaced = cards.some(({ name }) => name === model_name);
  throw new AppError(
    'model_not_found',
    isReplaced
      ? `"${model_name}" is another model now than when it wrote this draft, so it cannot say how likely its tokens were. The draft is kept. Import the earlier one under another name.`
      : `The model "${model_name}", which wrote this draft, is no longer there. The draft is kept. Import the model again to see how likely its tokens were.`,
    { details: { model: model_name, model_sha256 } },
  );
}

/** The prompt's tokens as they were planned for the draft. */
async function promptOf(
  autodoc: AutodocWithDocument,
  body: string,
  model: ModelReference,
  client: InferenceClient,
): Promise<readonly number[]> {
  const tail = await readTail(client, model, body);
  const limits = limitsOf(parametersOfRecord(autodoc.parameters), model.card.n_positions);
  const plan = planPrompt(tail, limits);
  const { prompt_start, prompt_end } = autodoc;
  if (plan.start === prompt_start && plan.end === prompt_end) return plan.tokenIds;
  // Planned by another version of Autodoc: the same text, which starts a sentence or a word.
  const prompt = body.slice(prompt_start ?? 0, prompt_end ?? body.length);
  return (await client.tokenize(model, prompt)).tokenIds;
}
