import type { Variant, VariantPrice } from '../../contract/models.ts';
import type { OnnxSession } from '../session/onnx-session.ts';
import { scoreTokens } from './score-tokens.ts';

/** How a variant reads a text: what `priceOf` compares. */
export interface Reading {
  /** e to the mean negative log-probability of the tokens. */
  readonly perplexity: number;
  /** The likeliest token at every scored place. */
  readonly likeliest: readonly number[];
}

/**
 * Reads a text of any length through windows as long as the model's context, each starting half
 * a window after the last: every token but the first is scored once, and all but those of the
 * first window with at least half a context before them.
 */
export async function readText(
  session: OnnxSession,
  tokenIds: readonly number[],
  signal?: AbortSignal,
): Promise<Reading> {
  const length = session.config.maxPositions;
  const stride = Math.max(1, Math.floor(length / 2));
  const likeliest: number[] = [];
  let negativeLogProb = 0;
  for (let start = 0; likeliest.length < tokenIds.length - 1; start += stride) {
    const window = tokenIds.slice(start, start + length);
    const scored = await scoreTokens(session, window, signal);
    const known = likeliest.length - start;
    for (const logProb of scored.logProbs.subarray(known)) negativeLogProb -= logProb;
    likeliest.push(...scored.likeliest.subarray(known));
  }
  return { perplexity: Math.exp(negativeLogProb / likeliest.length), likeliest };
}

/** What a variant costs against fp32's reading of the same text. */
export function priceOf(
  variant: Variant,
  sizeBytes: number,
  reading: Reading,
  reference: Reading,
): VariantPrice {
  const agreeing = reading.likeliest.filter((id, i) => id === reference.likeliest[i]).length;
  return {
    variant,
    size_bytes: sizeBytes,
    perplexity: reading.perplexity,
    top1_agreement: agreeing / reference.likeliest.length,
    tokens_per_second: null,
  };
}

/** Where their speed was not measured. */
const likelyFastestFirst: readonly Variant[] = ['int4', 'int4_mixed', 'int8', 'int8_block', 'fp32'];
const acceptedPerplexity = 1.01;

/**
 * The processor's fastest variant whose perplexity is within 1% of fp32's: by the measured speed,
 * or in the usual order where it was not measured for all of them.
 */
export function chooseVariant(prices: readonly VariantPrice[]): Variant {
  const reference = prices.find(({ variant }) => variant === 'fp32')?.perplexity ?? Infinity;
  const accepted = prices.filter(
    ({ variant, perplexity }) =>
      likelyFastestFirst.includes(variant) && perplexity <= reference * acceptedPerplexity,
  );
  const areTimed = accepted.every((price) => price.tokens_per_second !== null);
  const [best] = accepted.toSorted((a, b) =>
    areTimed
      ? (b.tokens_per_second ?? 0) - (a.tokens_per_second ?? 0)
      : likelyFastestFirst.indexOf(a.variant) - likelyFastestFirst.indexOf(b.variant),
  );
  return best?.variant ?? 'fp32';
}
