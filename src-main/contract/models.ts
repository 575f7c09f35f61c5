/**
 * How a model's weights are held for the engine:
 * - `fp32`, `fp16`: as numbers of 32 or 16 bits;
 * - `int8`: 8 bits, one scale per output of a matrix;
 * - `int8_block`: 8 bits, a scale for every few weights;
 * - `int4`: 4 bits, a scale for every few weights;
 * - `int4_mixed`: as `int4`, with the embedding and the head in 8 bits.
 *
 * fp32 is first: the others are measured against it.
 */
export const variants = ['fp32', 'fp16', 'int8', 'int8_block', 'int4', 'int4_mixed'] as const;
export type Variant = (typeof variants)[number];

export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Device = (typeof devices)[number];

const variantsOfDevice: Readonly<Record<Device, readonly Variant[]>> = {
  // Processors have no half-precision arithmetic: fp16 would be fp32 with less to say.
  cpu: variants.filter((variant) => variant !== 'fp16'),
  webgpu: ['fp32', 'fp16', 'int4'],
  cuda: ['fp32', 'fp16', 'int4'],
  // These have no operator for blocks of 4 bits.
  dml: ['fp32', 'fp16'],
  coreml: ['fp32', 'fp16'],
};

/** The variants that a device is offered, in the order of `variants`. */
export function variantsFor(device: Device): readonly Variant[] {
  return variantsOfDevice[device];
}

/** What a variant costs against fp32, measured on a sample text after import. */
export interface VariantPrice {
  readonly variant: Variant;
  readonly size_bytes: number;
  readonly perplexity: number;
  /** Share of positions whose likeliest token is fp32's, 0 to 1. */
  readonly top1_agreement: number;
  /** Greedy, one text, on this machine's processor; null where it does not run or was not measured. */
  readonly tokens_per_second: number | null;
}

/** What the variants of a model were measured on. */
export interface Measurement {
  /** The text that comes with Autodoc, or the latest of the user's own documents. */
  readonly text: 'sample' | 'documents';
  readonly tokens: number;
  readonly measured_on: string;
}

/** How a model was trained, as the `training-log.json` beside its weights tells. */
export interface ModelTraining {
  readonly trained_by: string;
  readonly started_on: string;
  readonly ended_on: string;
  readonly hardware: string;
  readonly software: string;
  /** All that decides the outcome: shape, optimiser, steps, seed. */
  readonly configuration: Readonly<Record<string, number | boolean | string>>;
  /** What it was trained and judged on. */
  readonly data: readonly {
    readonly name: string;
    readonly size_bytes: number;
    readonly sha256: string;
  }[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** A model in the store. Written only after everything verified: no card, no model. */
export interface ModelCard {
  readonly name: string;
  /** SHA-256 over the checkpoint's files, hex: the model's identity in every autodoc. */
  readonly sha256: string;
  readonly architecture: 'gpt2';
  readonly n_layer: number;
  readonly n_head: number;
  readonly n_embd: number;
  readonly n_positions: number;
  readonly vocab_size: number;
  readonly parameters: number;
  readonly weights_dtype: 'fp32' | 'fp16' | 'bf16';
  readonly size_bytes: number;
  readonly bos_token_id: number | null;
  readonly eos_token_ids: readonly number[];
  readonly pad_token_id: number | null;
  /** Parameters that the model's `generation_config.json` recommends, for the drafting layer. */
  readonly recommended_parameters: Readonly<Record<string, number | boolean | string>>;
  readonly variants: readonly VariantPrice[];
  /** Null for a model that an earlier version imported, until it is measured anew. */
  readonly measurement: Measurement | null;
  /** The fastest variant whose perplexity is within 1% of fp32's. */
  readonly default_variant: Variant;
  readonly imported_on: string;
  /** The folder it came from, for people. */
  readonly source: string;
  readonly bundled: boolean;
  /** Null where the model's makers left no log that can be read. */
  readonly training: ModelTraining | null;
  /** The model's own README in Markdown, null when it has none. */
  readonly readme: string | null;
}

/** A model as a list shows it. */
export type ModelSummary = Omit<ModelCard, 'readme' | 'training'>;

export const deviceStates = ['unprobed', 'probing', 'available', 'unavailable'] as const;

/** A device this machine might draft on, and whether it can: what a probe found, not a guess. */
export interface DeviceReport {
  readonly device: Device;
  readonly state: (typeof deviceStates)[number];
  /** What it is or why it cannot be used, for people. */
  readonly reason: string;
  /** How to get it on this system, for people; null where there is nothing to do. */
  readonly installation: string | null;
  /** Whether this version of Autodoc was ever tried on such a device. */
  readonly is_tested: boolean;
  /** A step of the probe's tiny model against the processor's: above 1 is faster; null before a probe. */
  readonly speed_against_cpu: number | null;
}

/** Times fp32's: what a variant's perplexity may be for it to be taken without being asked for. */
const acceptedPerplexity = 1.01;

/** Whether a variant reads almost as well as fp32. */
export function isWithinAcceptedLoss(perplexity: number, fp32Perplexity: number): boolean {
  return Number.isFinite(perplexity) && perplexity <= fp32Perplexity * acceptedPerplexity;
}
