import type { CandidateRanking } from '../../contract/domain.ts';
import type { GenerationParameters } from '../../contract/generation.ts';
import type {
  Device,
  DeviceReport,
  Measurement,
  ModelCard,
  Variant,
} from '../../contract/models.ts';

/*
 * What the rest of the application knows of the engine. The engine itself lives in a process
 * of its own; this is the whole surface of it.
 */

/** A model's folder with prepared graphs in the model store, or any Hugging Face folder. */
export interface ModelReference {
  /** Absolute path of the prepared model's folder. */
  readonly directory: string;
  readonly card: ModelCard;
}

export interface EngineChoice {
  readonly model: ModelReference;
  readonly device: 'auto' | Device;
  readonly variant: 'auto' | Variant;
  /**
   * Fails with `device_unavailable` where a device that was chosen by name cannot be used, instead
   * of going to the processor and telling why.
   */
  readonly isDeviceRequired?: boolean;
}

export interface GenerateRequest extends EngineChoice {
  /** Token ids of the prompt: at least one, fewer than the model's context. */
  readonly promptTokenIds: readonly number[];
  /** The reference layer: Hugging Face's semantics, the original's defaults where absent. */
  readonly parameters: GenerationParameters;
  /** Words and phrases to keep out beside the parameters' `bad_words`. */
  readonly bannedWords?: readonly string[];
  /**
   * For what is asked for at every keystroke: only the tokens that changed are read. What comes out
   * may then differ in the last bits from what the prompt read as a whole leads to; absent or
   * false, the same request always gives the same text.
   */
  readonly readsOnlyChanges?: boolean;
}

export interface GeneratedSequence {
  /** The prompt included, the final end token too, no padding. */
  readonly tokenIds: readonly number[];
  /** The new tokens as text, special tokens left out. */
  readonly text: string;
  /** Beams: the reference's `sequences_scores`; otherwise the mean log-probability of the new tokens. */
  readonly score: number;
  /** Null unless `rerank` was asked for. */
  readonly ranking: CandidateRanking | null;
}

export interface GenerateResult {
  /** Best first. */
  readonly sequences: readonly GeneratedSequence[];
  /** Where it really ran to its end. */
  readonly device: Device;
  readonly variant: Variant;
  /** Why it ran or ended elsewhere than it was meant to, for people; null where it did not. */
  readonly fallBack: string | null;
  /** The seed that was used: what `redo exactly` needs. */
  readonly seed: number;
  readonly timings: {
    readonly loadMs: number;
    readonly prefillMs: number;
    readonly decodeMs: number;
    readonly tokensPerSecond: number;
  };
}

/** After a step. For beam search `text` is the current best and may change in the middle. */
export interface GenerateProgress {
  readonly text: string;
  readonly tokens: number;
  readonly maxNewTokens: number;
  readonly tokensPerSecond: number;
  readonly device: Device;
  readonly variant: Variant;
}

export interface GenerateOptions {
  readonly onProgress?: (progress: GenerateProgress) => void;
  /** Takes effect between two steps. The promise then rejects with the code `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface TokenScores {
  readonly tokenIds: readonly number[];
  /** Natural log-probability of each token after the first given those before it; one fewer than `tokenIds`. */
  readonly logProbs: readonly number[];
  /** For each of those places the likeliest tokens, likeliest first; empty lists unless asked for. */
  readonly alternatives: readonly (readonly TokenAlternative[])[];
}

export interface TokenAlternative {
  readonly tokenId: number;
  readonly logProb: number;
}

/** A text's tokens with where each starts in the text, in UTF-16 code units. */
export interface TokenizedText {
  readonly tokenIds: readonly number[];
  readonly offsets: readonly number[];
}

export type EngineClientEvent =
  | { readonly type: 'loading'; readonly modelName: string }
  | {
      readonly type: 'ready';
      readonly modelName: string;
      readonly device: Device;
      readonly variant: Variant;
    }
  | { readonly type: 'devices'; readonly devices: readonly DeviceReport[] }
  /** Something runs or ended elsewhere than it was meant to; the reason is for people. */
  | { readonly type: 'fell_back'; readonly reason: string }
  | { readonly type: 'restarting'; readonly reason: string };

export interface ScoreOptions {
  readonly alternatives?: number;
  readonly signal?: AbortSignal;
}

export interface MeasureModelRequest {
  readonly model: ModelReference;
  readonly text: Measurement['text'];
  /** The texts to measure on, most important first; not looked at where `text` is `sample`. */
  readonly documents: readonly string[];
}

export interface PrepareModelRequest {
  /** A Hugging Face folder of the GPT-2 family, or the bundled starter's. */
  readonly source: string;
  /** Where that folder came from, for the card; the folder itself by default. */
  readonly origin?: string;
  /** The folder of all models; the model appears in it under its name only when it is whole. */
  readonly modelsDirectory: string;
  readonly name: string;
  readonly bundled: boolean;
  /** Which variants to write beside fp32, which always is; all of them by default. */
  readonly variants?: readonly Variant[];
}

export interface PrepareProgress {
  /** What it is doing, for people. */
  readonly message: string;
  /** 0 to 1. */
  readonly fraction: number;
}

export interface PrepareOptions {
  readonly onProgress?: (progress: PrepareProgress) => void;
  readonly signal?: AbortSignal;
}

export interface InferenceClient {
  /**
   * Verifies a checkpoint, writes its graphs and measures its variants. A cancelled or failed
   * import leaves nothing behind. Runs in the engine's process.
   */
  prepareModel(request: PrepareModelRequest, options?: PrepareOptions): Promise<ModelCard>;
  /** Loads the model if it is not the one at hand. A crash of the engine rejects with `engine_crashed`. */
  generate(request: GenerateRequest, options?: GenerateOptions): Promise<GenerateResult>;
  tokenize(model: ModelReference, text: string): Promise<TokenizedText>;
  detokenize(model: ModelReference, tokenIds: readonly number[]): Promise<string>;
  /** Each token as a text of its own; a part of a character is shown as U+FFFD. */
  tokenTexts(model: ModelReference, tokenIds: readonly number[]): Promise<readonly string[]>;
  /**
   * Scores a sequence that fits the context.
   *
   * @param options.alternatives how many of the likeliest tokens to name at each place; 0 by default
   */
  score(
    choice: EngineChoice,
    tokenIds: readonly number[],
    options?: ScoreOptions,
  ): Promise<TokenScores>;
  /** Measures the prepared variants of a model and writes what was found on its card. */
  measureModel(request: MeasureModelRequest, options?: PrepareOptions): Promise<ModelCard>;
  /** What is known of the devices, from earlier starts too. Starts nothing. */
  devices(): Promise<readonly DeviceReport[]>;
  /**
   * Probes every device anew, one after another, each in a process of its own; what changes is
   * told as a `devices` event. Drafts go on meanwhile.
   */
  probeDevices(signal?: AbortSignal): Promise<readonly DeviceReport[]>;
  /** Listens to what the engine is doing; the answer stops listening. */
  onEvent(listener: (event: EngineClientEvent) => void): () => void;
  /** Ends the engine's process. Work in progress is rejected with `cancelled`. */
  dispose(): Promise<void>;
}

/** The prepared models on this machine: a folder of folders, read without starting the engine. */
export interface ModelStore {
  /** By name. A folder without a card is no model and is left out; a damaged one is logged. */
  list(): Promise<readonly ModelCard[]>;
  /** Fails with `model_not_found`, or with `model_invalid` when a file is missing or changed. */
  get(name: string): Promise<ModelReference>;
  /** A prepared model anywhere, by its folder. Fails like `get`. */
  open(directory: string): Promise<ModelReference>;
  /** Fails with `model_not_found`. */
  remove(name: string): Promise<void>;
}
