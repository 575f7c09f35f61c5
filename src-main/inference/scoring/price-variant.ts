import { isWithinAcceptedLoss, type Variant, type VariantPrice } from '../../contract/models.ts';

/** How a variant reads a text: what `priceOf` compares. */
export interface Reading {
  /** e to the mean negative log-probability of the tokens. */
  readonly perplexity: number;
  /** The likeliest token at every scored place. */
  readonly likeliest: readonly number[];
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
/** Speeds as near as this are the same: one run's luck should not choose. */
const sameSpeed = 0.9;

/**
 * The processor's fastest variant whose perplexity is within 1% of fp32's: by the measured speed,
 * or in the usual order where it was not measured for all of them.
 */
export function chooseVariant(prices: readonly VariantPrice[]): Variant {
  const reference = prices.find(({ variant }) => variant === 'fp32')?.perplexity ?? Infinity;
  const accepted = prices.filter(
    ({ variant, perplexity }) =>
      likelyFastestFirst.includes(variant) && isWithinAcceptedLoss(perplexity, reference),
  );
  const speeds = accepted.flatMap(({ tokens_per_second }) => tokens_per_second ?? []);
  if (speeds.length < accepted.length) {
    const order = ({ variant }: VariantPrice) => likelyFastestFirst.indexOf(variant);
    return accepted.toSorted((a, b) => order(a) - order(b))[0]?.variant ?? 'fp32';
  }
  const fastEnough = sameSpeed * Math.max(...speeds);
  const [best] = accepted
    .filter(({ tokens_per_second }) => (tokens_per_second ?? 0) > fastEnough)
    .toSorted((a, b) => a.perplexity - b.perplexity);
  return best?.variant ?? 'fp32';
}
