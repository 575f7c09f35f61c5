import type { WeightSource } from '../checkpoint/weight-source.ts';

/** How a variant holds and multiplies its matrices. */
export interface Encoder {
  embed(name: string, table: WeightSource, ids: string): string;
  /** x · matrix + bias. */
  linear(name: string, x: string, matrix: WeightSource, bias: WeightSource | null): string;
  /** x · headᵀ, where the head may be the embedding table. */
  head(x: string, head: WeightSource, embedding: WeightSource): string;
}
