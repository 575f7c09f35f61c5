/** How a model's weights are held for the engine. */
export const variants = ['fp32', 'int8'] as const;
export type Variant = (typeof variants)[number];

export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Device = (typeof devices)[number];

/** What a variant costs against fp32, measured on a sample text after import. */
export interface VariantPrice {
  readonly variant: Variant;
  readonly size_bytes: number;
  readonly perplexity: number;
  /** Share of positions whose likeliest token is fp32's, 0 to 1. */
  readonly top1_agreement: number;
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
  /** The fastest variant whose perplexity is within 1% of fp32's. */
  readonly default_variant: Variant;
  readonly imported_on: string;
  /** The folder it came from, for people. */
  readonly source: string;
  readonly bundled: boolean;
  /** The model's own README in Markdown, null when it has none. */
  readonly readme: string | null;
}

/** A model as a list shows it. */
export type ModelSummary = Omit<ModelCard, 'readme'>;

/** A device this machine might draft on, and whether it can. */
export interface DeviceReport {
  readonly device: Device;
  readonly available: boolean;
  /** Why not, or what it is. */
  readonly reason: string;
}
