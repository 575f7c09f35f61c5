import { variants, type Variant } from '../../contract/models.ts';
import { readGpt2Config, type Gpt2Config } from './config.ts';

/** Bytes a weight takes in each variant, scales and separately held tables included; rather too many. */
const bytesPerWeight: Readonly<Record<Variant, number>> = {
  fp32: 4,
  fp16: 2,
  int8: 1.7,
  int8_block: 1.3,
  int4: 0.8,
  int4_mixed: 1,
};

/**
 * About how many bytes a model takes once it is imported, from a folder's `config.json` alone.
 * Fails with `model_invalid` or `model_unsupported`.
 */
export async function preparedSize(directory: string): Promise<number> {
  const weights = weightsOf(await readGpt2Config(directory));
  return Math.ceil(variants.reduce((sum, variant) => sum + bytesPerWeight[variant] * weights, 0));
}

function weightsOf(config: Gpt2Config): number {
  const { layers, width, innerWidth, maxPositions, vocabSize, tiedHead } = config;
  const attention = 4 * width * width + 4 * width;
  const inner = 2 * width * innerWidth + innerWidth + width;
  const norms = 4 * width;
  const tables = (vocabSize + maxPositions + (tiedHead ? 0 : vocabSize)) * width;
  return tables + layers * (attention + inner + norms) + 2 * width;
}
