import { expect, it } from 'vitest';
import { chooseVariant, priceOf } from '../../../../src-main/inference/scoring/price-variant.ts';

const price = (variant: 'fp32' | 'int8', perplexity: number) =>
  ({ variant, perplexity, size_bytes: 1, top1_agreement: 1, tokens_per_second: null }) as const;

it.each([
  ['the faster one when it is as good', [price('fp32', 20), price('int8', 20)], 'int8'],
  ['the faster one within 1%', [price('fp32', 20), price('int8', 20.19)], 'int8'],
  ['fp32 beyond 1%', [price('fp32', 20), price('int8', 20.21)], 'fp32'],
  ['fp32 when the other one could not be measured', [price('fp32', 20)], 'fp32'],
])('the default is %s', (_, prices, variant) => {
  expect(chooseVariant(prices)).toBe(variant);
});

it('the price of a variant is its perplexity and how often it agrees', () => {
  const reference = { perplexity: 10, likeliest: [1, 2, 3, 4] };
  const reading = { perplexity: 11, likeliest: [1, 2, 9, 4] };
  expect(priceOf('int8', 77, reading, reference)).toEqual({
    ...{ variant: 'int8', size_bytes: 77, perplexity: 11, top1_agreement: 0.75 },
    tokens_per_second: null,
  });
});
