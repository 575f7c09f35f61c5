import { AppError } from '../contract/errors.ts';
import type { TokenProbability } from '../contract/domain.ts';
import type { GenerationParameters } from '../contract/generation.ts';
import type { Device, Variant } from '../contract/models.ts';
import type {
  EngineChoice,
  GenerateOptions,
  GenerateResult,
  InferenceClient,
  ModelReference,
  PrepareOptions,
  TokenScores,
} from '../inference/client/types.ts';
import { aModel, authorize, type Principal } from '../access/authorize.ts';
import type { ModelShelf } from './model-shelf.ts';
import { tokenProbabilities, type WrittenTokens } from './token-probabilities.ts';

interface GenerateText {
  readonly model: ModelReference;
  readonly prompt: string;
  readonly device: 'auto' | Device;
  readonly variant: 'auto' | Variant;
  /** Exactly what was asked for: nothing is added or changed on the way to the decoder. */
  readonly parameters: GenerationParameters;
}

export interface GeneratedText extends GenerateResult {
  readonly promptTokenIds: readonly number[];
}

/** The reference layer: a model's plain abilities, without documents. */
export interface TextsService {
  /**
   * A model by its name in the store, else by a Hugging Face folder. Throws `model_not_found`,
   * `model_invalid` or `model_unsupported`.
   */
  model(
    principal: Principal,
    nameOrDirectory: string,
    options?: PrepareOptions,
  ): Promise<ModelReference>;
  /** Throws `prompt_empty` or `prompt_too_long`; counting stops soon after the limit. */
  generate(
    principal: Principal,
    request: GenerateText,
    options?: GenerateOptions,
  ): Promise<GeneratedText>;
  tokenize(principal: Principal, model: ModelReference, text: string): Promise<readonly number[]>;
  detokenize(
    principal: Principal,
    model: ModelReference,
    tokenIds: readonly number[],
  ): Promise<string>;
  /** Throws `prompt_too_long` when the text does not fit the context. */
  score(
    principal: Principal,
    request: Omit<GenerateText, 'parameters' | 'prompt'> & {
      readonly text: string;
      /** How many of the likeliest tokens to name at each place. */
      readonly alternatives: number;
    },
  ): Promise<TokenScores>;
  /** How likely each token was that a text was written in. */
  probabilities(
    principal: Principal,
    choice: EngineChoice,
    written: WrittenTokens,
    signal?: AbortSignal,
  ): Promise<readonly TokenProbability[]>;
  /** Each token as a text of its own. */
  tokenTexts(
    principal: Principal,
    model: ModelReference,
    tokenIds: readonly number[],
  ): Promise<readonly string[]>;
}

export interface TextsServiceOptions {
  readonly client: InferenceClient;
  readonly models: ModelShelf;
}

/** UTF-16 code units of the first part that is counted, per token of context. */
const unitsPerToken = 64;

export function createTextsService({ client, models }: TextsServiceOptions): TextsService {
  /**
   * A text's tokens, if they are at most `limit`. Megabytes are refused by their first part:
   * it is doubled until it has more tokens than the limit, or is the whole text.
   */
  async function tokensUpTo(
    model: ModelReference,
    text: string,
    limit: number,
  ): Promise<readonly number[]> {
    for (let units = model.card.n_positions * unitsPerToken; ; units *= 2) {
      const { tokenIds } = await client.tokenize(model, text.slice(0, units));
      const isWhole = units >= text.length;
      // The cut may split a word, or a character into its bytes: a few tokens too many.
      const certain = isWhole ? tokenIds.length : tokenIds.length - 8;
      if (certain > limit) throw tooLong(certain, isWhole, limit, model);
      if (isWhole) return tokenIds;
    }
  }

  function use(principal: Principal, name: string): void {
    authorize(principal, 'model:use', aModel(name));
  }

  return {
    model(principal, nameOrDirectory, options) {
      use(principal, nameOrDirectory);
      return models.find(nameOrDirectory, options);
    },

    async generate(principal, { model, prompt, device, variant, parameters }, options) {
      use(principal, model.card.name);
      if (prompt === '') {
        throw new AppError(
          'prompt_empty',
          'The prompt is empty. Give the model a text to go on from.',
        );
      }
      // One place at least must be left for a new token.
      const promptTokenIds = await tokensUpTo(model, prompt, model.card.n_positions - 1);
      const request = {
        model,
        device,
        variant,
        promptTokenIds,
        parameters,
        isDeviceRequired: true,
      };
      return { ...(await client.generate(request, options)), promptTokenIds };
    },

    async tokenize(principal, model, text) {
      use(principal, model.card.name);
      return (await client.tokenize(model, text)).tokenIds;
    },

    detokenize(principal, model, tokenIds) {
      use(principal, model.card.name);
      return client.detokenize(model, tokenIds);
    },

    async score(principal, { model, device, variant, text, alternatives }) {
      use(principal, model.card.name);
      const tokenIds = await tokensUpTo(model, text, model.card.n_positions);
      return client.score({ model, device, variant, isDeviceRequired: true }, tokenIds, {
        alternatives,
      });
    },

    async probabilities(principal, choice, written, signal) {
      use(principal, choice.model.card.name);
      return tokenProbabilities(client, choice, written, signal);
    },

    tokenTexts(principal, model, tokenIds) {
      use(principal, model.card.name);
      return client.tokenTexts(model, tokenIds);
    },
  };
}

function tooLong(tokens: number, isExact: boolean, limit: number, model: ModelReference): AppError {
  const { name, n_positions } = model.card;
  const count = isExact ? `${tokens} tokens` : `more than ${tokens} tokens`;
  const room = limit < n_positions ? `, the new text included` : '';
  return new AppError(
    'prompt_too_long',
    `The text is ${count} long; "${name}" reads ${n_positions} tokens${room}. Shorten it to ${limit} or fewer.`,
    { details: { tokens, is_exact: isExact, limit, n_positions } },
  );
}
