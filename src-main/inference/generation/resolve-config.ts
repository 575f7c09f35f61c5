import { AppError } from '../../contract/errors.ts';
import { parameterTable, type GenerationParameters } from '../../contract/generation.ts';
import type { SequenceBias } from './processors/sequence-bias.ts';
import { drawSeed } from './random.ts';

/** What decoding must know of a model, from its `config.json` and `generation_config.json`. */
export interface ModelFacts {
  readonly vocabSize: number;
  /** The context in tokens: prompt and text together. */
  readonly maxPositions: number;
  /** Tokens that end a text; empty for a model without one. */
  readonly eosTokenIds: readonly number[];
}

/** What the core is asked for: as a person sets it, but in tokens where it is about tokens. */
export interface CoreParameters extends Omit<GenerationParameters, 'sequence_bias' | 'rerank'> {
  /** Runs of tokens that must not be written. A run that is just an end token is passed over. */
  readonly bad_words_ids?: readonly (readonly number[])[] | undefined;
  /** In Hugging Face's shape. */
  readonly sequence_bias?: readonly SequenceBias[] | undefined;
}

/** Every choice made, under Hugging Face's names: what one decoding does. */
export interface DecodingConfig {
  readonly strategy: 'greedy' | 'beam' | 'sample';
  readonly prompt_length: number;
  /** Tokens in the whole sequence, prompt included; never above the model's context. */
  readonly max_length: number;
  readonly min_new_tokens: number;
  readonly eos_token_ids: readonly number[];
  readonly num_beams: number;
  readonly num_return_sequences: number;
  readonly no_repeat_ngram_size: number;
  readonly bad_words_ids: readonly (readonly number[])[];
  /** Words and phrases, however they are made of tokens. */
  readonly bad_words: readonly string[];
  readonly stop_strings: readonly string[];
  readonly sequence_bias: readonly SequenceBias[];
  readonly repetition_penalty: number;
  readonly early_stopping: boolean | 'never';
  readonly length_penalty: number;
  readonly temperature: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly min_p: number | null;
  readonly typical_p: number;
  readonly seed: number;
}

/**
 * Settles what a request leaves open, as Hugging Face's `generate` does: `max_length` counts
 * the prompt, `max_new_tokens` takes its place, beam search with one beam is greedy search.
 * Defaults are the table's. The one addition: a length beyond the model's context is cut to
 * it, where the reference fails in the middle.
 *
 * @param promptLength tokens in the prompt, at least one
 * @throws AppError `prompt_empty`, `prompt_too_long` or `invalid_input`
 */
export function resolveConfig(
  parameters: CoreParameters,
  model: ModelFacts,
  promptLength: number,
): DecodingConfig {
  const numBeams = parameters.num_beams ?? parameterTable.num_beams.default;
  const config: DecodingConfig = {
    strategy: parameters.strategy === 'beam' && numBeams === 1 ? 'greedy' : parameters.strategy,
    prompt_length: promptLength,
    max_length: resolveMaxLength(parameters, model, promptLength),
    min_new_tokens: parameters.min_new_tokens ?? 0,
    eos_token_ids: [...new Set(model.eosTokenIds)],
    num_beams: parameters.strategy === 'beam' ? numBeams : 1,
    num_return_sequences:
      parameters.num_return_sequences ?? parameterTable.num_return_sequences.default,
    no_repeat_ngram_size:
      parameters.no_repeat_ngram_size ?? parameterTable.no_repeat_ngram_size.default,
    bad_words_ids: parameters.bad_words_ids ?? [],
    bad_words: parameters.bad_words ?? parameterTable.bad_words.default,
    stop_strings: parameters.stop_strings ?? parameterTable.stop_strings.default,
    sequence_bias: parameters.sequence_bias ?? [],
    repetition_penalty: parameters.repetition_penalty ?? parameterTable.repetition_penalty.default,
    early_stopping: parameters.early_stopping ?? parameterTable.early_stopping.default,
    length_penalty: parameters.length_penalty ?? parameterTable.length_penalty.default,
    temperature: parameters.temperature ?? parameterTable.temperature.default,
    top_k: parameters.top_k ?? parameterTable.top_k.default,
    top_p: parameters.top_p ?? parameterTable.top_p.default,
    min_p: parameters.min_p ?? parameterTable.min_p.default,
    typical_p: parameters.typical_p ?? parameterTable.typical_p.default,
    seed: parameters.seed ?? drawSeed(),
  };
  checkReturnedSequences(parameters, config);
  checkTokenRuns('bad_words_ids', config.bad_words_ids, model);
  const biased = config.sequence_bias.map(([tokenIds]) => tokenIds);
  checkTokenRuns('sequence_bias', biased, model);
  return config;
}

function resolveMaxLength(
  parameters: CoreParameters,
  model: ModelFacts,
  promptLength: number,
): number {
  if (promptLength === 0) {
    throw new AppError(
      'prompt_empty',
      'The prompt is empty. Write something for the model to go on from.',
    );
  }
  if (promptLength >= model.maxPositions) {
    throw new AppError(
      'prompt_too_long',
      `The prompt is ${promptLength} tokens long and the model reads ${model.maxPositions}, the new text included. Shorten the prompt.`,
      { details: { prompt_tokens: promptLength, n_positions: model.maxPositions } },
    );
  }
  const newTokens = parameters.max_new_tokens ?? null;
  if (newTokens !== null) return Math.min(promptLength + newTokens, model.maxPositions);

  const maxLength = parameters.max_length ?? parameterTable.max_length.default;
  if (promptLength >= maxLength) {
    throw new AppError(
      'prompt_too_long',
      `The prompt is ${promptLength} tokens long and max_length, which counts the prompt, is ${maxLength}. Raise max_length, or set max_new_tokens instead.`,
      { details: { prompt_tokens: promptLength, max_length: maxLength } },
    );
  }
  return Math.min(maxLength, model.maxPositions);
}

function checkReturnedSequences(parameters: CoreParameters, config: DecodingConfig): void {
  const { num_beams, num_return_sequences } = config;
  if (parameters.strategy === 'beam' && num_return_sequences > num_beams) {
    throw new AppError(
      'invalid_input',
      `num_return_sequences (${num_return_sequences}) must not be more than num_beams (${num_beams}). Lower the one or raise the other.`,
      { details: { num_return_sequences, num_beams } },
    );
  }
  if (parameters.strategy === 'greedy' && num_return_sequences > 1) {
    throw new AppError(
      'invalid_input',
      `num_return_sequences is ${num_return_sequences}, but greedy search finds one text. Set it to 1, or use beam search or sampling.`,
      { details: { num_return_sequences } },
    );
  }
}

function checkTokenRuns(
  parameter: string,
  runs: readonly (readonly number[])[],
  model: ModelFacts,
): void {
  const isToken = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < model.vocabSize;
  if (!runs.every((run) => run.length > 0 && run.every(isToken))) {
    throw new AppError(
      'invalid_input',
      `${parameter} must be lists of at least one token id from 0 to ${model.vocabSize - 1}.`,
    );
  }
}
