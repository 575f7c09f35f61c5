import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../src-main/contract/errors.ts';
import type { ModelCard } from '../../../src-main/contract/models.ts';
import type {
  EngineChoice,
  EngineClientEvent,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  InferenceClient,
  ModelReference,
  ModelStore,
  PrepareModelRequest,
  PrepareOptions,
  MeasureModelRequest,
  ScoreOptions,
  TokenizedText,
  TokenScores,
} from '../../../src-main/inference/client/types.ts';

/** A model's card as tests need it: a context of 64 tokens. */
export function fakeCard(name: string, more: Partial<ModelCard> = {}): ModelCard {
  return {
    name,
    sha256: 'a'.repeat(64),
    architecture: 'gpt2',
    n_layer: 1,
    n_head: 1,
    n_embd: 8,
    n_positions: 64,
    vocab_size: 1000,
    parameters: 1000,
    weights_dtype: 'fp32',
    size_bytes: 1000,
    bos_token_id: 0,
    eos_token_ids: [0],
    pad_token_id: null,
    recommended_parameters: {},
    variants: [],
    measurement: { text: 'sample', tokens: 1000, measured_on: '2026-01-01T00:00:00.000Z' },
    default_variant: 'fp32',
    imported_on: '2026-01-01T00:00:00.000Z',
    source: '/nowhere',
    bundled: false,
    training: null,
    readme: null,
    ...more,
  };
}

/**
 * An engine without a model: a word with the space before it is a token, and a draft is the
 * words "one two three …". Tests hold it in the middle of a draft, and make it crash.
 */
export class FakeEngine implements InferenceClient {
  readonly requests: GenerateRequest[] = [];
  readonly scored: { readonly choice: EngineChoice; readonly tokenIds: readonly number[] }[] = [];
  readonly prepared: PrepareModelRequest[] = [];
  readonly measured: MeasureModelRequest[] = [];
  /** How many of the next drafts crash the engine. */
  crashes = 0;
  /** Called with each model's name when a preparation begins; may hold it up. */
  onPrepare: (request: PrepareModelRequest) => Promise<void> = () => Promise.resolve();
  /** Called when a model is being measured; may hold it up. */
  onMeasure: () => Promise<void> = () => Promise.resolve();
  readonly #models: FakeModelStore;
  readonly #listeners = new Set<(event: EngineClientEvent) => void>();
  #held: PromiseWithResolvers<null> | null = null;

  constructor(models: FakeModelStore) {
    this.#models = models;
  }

  /** Drafts stop after their second word until `release`. */
  hold(): void {
    this.#held = Promise.withResolvers<null>();
  }

  release(): void {
    this.#held?.resolve(null);
    this.#held = null;
  }

  emit(event: EngineClientEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async generate(
    request: GenerateRequest,
    { onProgress, signal }: GenerateOptions = {},
  ): Promise<GenerateResult> {
    this.requests.push(request);
    const count = Math.min(request.parameters.max_new_tokens ?? 3, words.length);
    let text = '';
    for (let tokens = 1; tokens <= count; tokens += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled');
      text += ` ${words[tokens - 1]!}`;
      onProgress?.({
        text,
        tokens,
        maxNewTokens: count,
        tokensPerSecond: 10,
        device: 'cpu',
        variant: 'fp32',
      });
      if (tokens === 2) await this.#pause(signal);
    }
    if (this.crashes > 0) {
      this.crashes -= 1;
      this.emit({ type: 'restarting', reason: 'The engine stopped.' });
      throw new AppError('engine_crashed', 'The engine stopped while it wrote.');
    }
    const newIds = Array.from({ length: count }, (_, index) => index + 1);
    const { num_return_sequences = 1, rerank = false } = request.parameters;
    return {
      // One word less each.
      sequences: Array.from({ length: num_return_sequences }, (_, rank) => ({
        tokenIds: [...request.promptTokenIds, ...newIds.slice(0, count - rank)],
        text: words
          .slice(0, count - rank)
          .map((word) => ` ${word}`)
          .join(''),
        score: -1 - rank,
        ranking: rerank ? { mean_log_prob: -1, distinct: 1, fit: 0, total: -1 - rank } : null,
      })),
      fallBack: null,
      device: 'cpu',
      variant: 'fp32',
      seed: request.parameters.seed ?? 0,
      timings: { loadMs: 0, prefillMs: 0, decodeMs: 1, tokensPerSecond: 10 },
    };
  }

  async #pause(signal: AbortSignal | undefined): Promise<void> {
    if (this.#held === null) return;
    const aborted = Promise.withResolvers<null>();
    signal?.addEventListener('abort', () => aborted.resolve(null));
    await Promise.race([this.#held.promise, aborted.promise]);
    if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled');
  }

  async prepareModel(
    request: PrepareModelRequest,
    { onProgress, signal }: PrepareOptions = {},
  ): Promise<ModelCard> {
    this.prepared.push(request);
    onProgress?.({ message: 'Reading', fraction: 0.5 });
    await this.onPrepare(request);
    if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled');
    return this.#models.add(fakeCard(request.name, { bundled: request.bundled }));
  }

  tokenize(_model: ModelReference, text: string): Promise<TokenizedText> {
    const found = [...text.matchAll(/ ?\S+|\s/gu)];
    return Promise.resolve({
      tokenIds: found.map(([token]) => token.length),
      offsets: found.map(({ index }) => index),
    });
  }

  /** The ids of what it writes are 1, 2, 3 … */
  async detokenize(model: ModelReference, tokenIds: readonly number[]): Promise<string> {
    return (await this.tokenTexts(model, tokenIds)).join('');
  }

  tokenTexts(_model: ModelReference, tokenIds: readonly number[]): Promise<readonly string[]> {
    return Promise.resolve(tokenIds.map((id) => ` ${words[id - 1] ?? '?'}`));
  }

  /** The log-probability of a token at place n is -n; the likeliest are 1, 2, 3 …. */
  score(
    choice: EngineChoice,
    tokenIds: readonly number[],
    { alternatives = 0 }: ScoreOptions = {},
  ): Promise<TokenScores> {
    this.scored.push({ choice, tokenIds });
    return Promise.resolve({
      tokenIds,
      logProbs: tokenIds.slice(1).map((_, i) => -1 - i),
      alternatives: tokenIds
        .slice(1)
        .map(() =>
          Array.from({ length: alternatives }, (_, i) => ({ tokenId: i + 1, logProb: -i })),
        ),
    });
  }

  async measureModel(
    request: MeasureModelRequest,
    { onProgress, signal }: PrepareOptions = {},
  ): Promise<ModelCard> {
    this.measured.push(request);
    onProgress?.({ message: 'Measuring', fraction: 0.5 });
    await this.onMeasure();
    if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled');
    const measurement = { text: request.text, tokens: 7, measured_on: '2026-01-02T00:00:00.000Z' };
    return this.#models.add({ ...request.model.card, measurement, default_variant: 'int8' });
  }

  devices(): Promise<[]> {
    return Promise.resolve([]);
  }

  probeDevices(): Promise<[]> {
    return Promise.resolve([]);
  }

  onEvent(listener: (event: EngineClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const words = ['one', 'two', 'three', 'four', 'five'];

/** Models by name, in memory, each with a folder so that what looks for one finds it. */
export class FakeModelStore implements ModelStore {
  readonly #directory: string;
  readonly cards = new Map<string, ModelCard>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async add(card: ModelCard): Promise<ModelCard> {
    const folder = path.join(this.#directory, card.name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'card.json'), '{}');
    this.cards.set(card.name, card);
    return card;
  }

  list(): Promise<readonly ModelCard[]> {
    return Promise.resolve([...this.cards.values()]);
  }

  get(name: string): Promise<ModelReference> {
    const card = this.cards.get(name);
    return card === undefined
      ? Promise.reject(new AppError('model_not_found', `There is no model "${name}".`))
      : Promise.resolve({ directory: path.join(this.#directory, name), card });
  }

  open(directory: string): Promise<ModelReference> {
    return this.get(path.basename(directory));
  }

  async remove(name: string): Promise<void> {
    await this.get(name);
    this.cards.delete(name);
    await rm(path.join(this.#directory, name), { recursive: true });
  }
}
