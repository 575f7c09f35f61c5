import { variantsFor, type Variant, type VariantPrice } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { invalidModelFile } from '../checkpoint/invalid-model.ts';
import { readVariant, timeVariant } from './measure-variant.ts';
import { priceOf, type Reading } from './price-variant.ts';

/** A variant as it was written. */
export interface WrittenVariant {
  readonly variant: Variant;
  /** Graph and weights on disk. */
  readonly sizeBytes: number;
}

export interface PricesRequest {
  /** The prepared model's folder. */
  readonly directory: string;
  readonly config: Gpt2Config;
  /** fp32 first: the others are measured against it. */
  readonly written: readonly WrittenVariant[];
  /** Token ids of each text, two at least. */
  readonly texts: readonly (readonly number[])[];
}

export interface PricesOptions {
  readonly onProgress?: ((progress: { message: string; fraction: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Each variant is timed this often, the others between: a busy moment must not decide. */
const rounds = 2;

/**
 * Measures what each variant costs and how fast it is. One that leads to no probabilities, as
 * half precision may by overflowing, is left out.
 *
 * Fails with `model_invalid` where fp32 leads to none, and with `cancelled`.
 */
export async function measurePrices(
  { directory, config, written, texts }: PricesRequest,
  { onProgress, signal }: PricesOptions = {},
): Promise<readonly VariantPrice[]> {
  const onCpu = variantsFor('cpu');
  const timed = written.filter(({ variant }) => onCpu.includes(variant));
  const steps = written.length + rounds * timed.length;
  let step = 0;
  const tell = (message: string) => {
    const before = step;
    step += 1;
    return (fraction: number) => onProgress?.({ message, fraction: (before + fraction) / steps });
  };

  let reference: Reading | null = null;
  const prices: VariantPrice[] = [];
  for (const { variant, sizeBytes } of written) {
    const onFraction = tell(`Measuring ${variant}`);
    onFraction(0);
    const measured = { directory, config, variant };
    const reading = await readVariant(measured, texts, { onFraction, signal });
    if (Number.isFinite(reading.perplexity)) {
      reference ??= reading;
      prices.push(priceOf(variant, sizeBytes, reading, reference));
    } else if (reference === null) {
      throw invalidModelFile('model.safetensors', 'its weights lead to no probabilities');
    }
  }

  const fastestMs = new Map<Variant, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { variant } of timed) {
      const onFraction = tell(`Timing ${variant}`);
      onFraction(0);
      const ms = await timeVariant({ directory, config, variant }, { onFraction, signal });
      fastestMs.set(variant, Math.min(ms, fastestMs.get(variant) ?? Infinity));
    }
  }
  return prices.map((price) => {
    const ms = fastestMs.get(price.variant);
    return { ...price, tokens_per_second: ms === undefined ? null : 1000 / ms };
  });
}
