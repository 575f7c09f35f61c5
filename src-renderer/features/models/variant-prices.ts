import {
  isWithinAcceptedLoss,
  type ModelSummary,
  type VariantPrice,
} from '../../../src-main/contract/models.ts';

/** One line of a model's table of prices. */
export interface PricedVariant extends VariantPrice {
  /** Perplexity above fp32's, as a share: 0.005 is half a percent. Null where not measured. */
  readonly loss: number | null;
  /** Whether it reads almost as well as fp32; null where not measured. */
  readonly isTolerated: boolean | null;
}

/** A model's variants with what each one loses against fp32. */
export function pricedVariants({ variants }: Pick<ModelSummary, 'variants'>): PricedVariant[] {
  const reference = variants.find(({ variant }) => variant === 'fp32')?.perplexity;
  return variants.map((price) => ({
    ...price,
    loss: reference === undefined ? null : price.perplexity / reference - 1,
    isTolerated: reference === undefined ? null : isWithinAcceptedLoss(price.perplexity, reference),
  }));
}

/** Why a model's own variant is that one, in a sentence or two. */
export function reasonOfDefault(model: Pick<ModelSummary, 'variants' | 'default_variant'>): string {
  const prices = pricedVariants(model);
  const chosen = prices.find(({ variant }) => variant === model.default_variant);
  const rule = `auto takes ${model.default_variant}: the fastest within 1% of fp32’s perplexity.`;
  if (chosen === undefined) return rule;
  const refused = prices.filter(
    ({ isTolerated, tokens_per_second }) =>
      isTolerated === false && (tokens_per_second ?? 0) > (chosen.tokens_per_second ?? Infinity),
  );
  if (refused.length === 0) return rule;
  const names = refused.map(({ variant, loss }) => `${variant} (${lossText(loss ?? 0)})`);
  return `${rule} ${names.join(' and ')} would be faster, but ${refused.length > 1 ? 'read' : 'reads'} too much worse.`;
}

/** `+0.5%`, `−0.2%`, `+12%`. */
export function lossText(loss: number): string {
  const percent = Math.abs(loss * 100);
  return `${loss < 0 ? '−' : '+'}${percent.toFixed(percent < 9.95 ? 1 : 0)}%`;
}
