import { describe, expect, it } from 'vitest';
import type { Variant, VariantPrice } from '../../../../src-main/contract/models.ts';
import { chooseVariant, priceOf } from '../../../../src-main/inference/scoring/price-variant.ts';

const price = (
  variant: Variant,
  perplexity: number,
  tokens_per_second: number | null = null,
): VariantPrice => ({
  ...{ variant, perplexity, tokens_per_second },
  ...{ size_bytes: 1, top1_agreement: 1 },
});

describe('the default where no speed was measured', () => {
  it.each([
    ['the faster one when it is as good', [price('fp32', 20), price('int8', 20)], 'int8'],
    ['the faster one within 1%', [price('fp32', 20), price('int8', 20.19)], 'int8'],
    ['fp32 beyond 1%', [price('fp32', 20), price('int8', 20.21)], 'fp32'],
    ['fp32 when the other one could not be measured', [price('fp32', 20)], 'fp32'],
    [
      'the fewest bits that are good enough',
      [price('fp32', 20), price('int8', 20), price('int4', 20.3), price('int4_mixed', 20.1)],
      'int4_mixed',
    ],
    ['never what is for graphics cards', [price('fp32', 20), price('fp16', 19)], 'fp32'],
    [
      'chosen without the speeds that only some have',
      [price('fp32', 20, 10), price('int8', 20, 90), price('int4', 20)],
      'int4',
    ],
  ])('is %s', (_, prices, variant) => {
    expect(chooseVariant(prices)).toBe(variant);
  });
});

describe('the default where speeds were measured', () => {
  it.each([
    [
      'the fastest on this machine',
      [price('fp32', 20, 10), price('int8', 20, 90), price('int4', 20, 80)],
      'int8',
    ],
    [
      'the fastest of those within 1%',
      [price('fp32', 20, 10), price('int8', 20.1, 40), price('int4', 20.3, 80)],
      'int8',
    ],
    [
      'the better one of two that are as fast',
      [price('fp32', 20, 10), price('int8', 20.1, 90), price('int8_block', 20, 85)],
      'int8_block',
    ],
    ['fp32 where nothing is faster', [price('fp32', 20, 10), price('int4', 20, 9)], 'fp32'],
    [
      'not held up by one that is out of the question',
      [price('fp32', 20, 10), price('fp16', 20), price('int8', 20, 90), price('int4', 99)],
      'int8',
    ],
  ])('is %s', (_, prices, variant) => {
    expect(chooseVariant(prices)).toBe(variant);
  });
});

it('the price of a variant is its perplexity and how often it agrees', () => {
  const reference = { perplexity: 10, likeliest: [1, 2, 3, 4] };
  const reading = { perplexity: 11, likeliest: [1, 2, 9, 4] };
  expect(priceOf('int8', 77, reading, reference)).toEqual({
    ...{ variant: 'int8', size_bytes: 77, perplexity: 11, top1_agreement: 0.75 },
    tokens_per_second: null,
  });
});
