import { describe, expect, it } from 'vitest';
import { parameterTable } from '../../../../src-main/contract/generation.ts';
import { resolveConfig } from '../../../../src-main/inference/generation/resolve-config.ts';

const model = { vocabSize: 4_096, maxPositions: 256, eosTokenIds: [4_095] };

describe('resolveConfig', () => {
  it("fills in the original's defaults: beam search to 100 tokens with 5 beams, no repeated 4-gram", () => {
    expect(resolveConfig({ strategy: 'beam', seed: 3 }, model, 10)).toEqual({
      strategy: 'beam',
      prompt_length: 10,
      max_length: 100,
      min_new_tokens: 0,
      eos_token_ids: [4_095],
      num_beams: 5,
      num_return_sequences: 1,
      no_repeat_ngram_size: 4,
      bad_words_ids: [],
      bad_words: [],
      stop_strings: [],
      sequence_bias: [],
      repetition_penalty: 1,
      early_stopping: true,
      length_penalty: 1,
      temperature: 1,
      top_k: 50,
      top_p: 1,
      min_p: null,
      typical_p: 1,
      seed: 3,
    });
  });

  it('counts the prompt in max_length and not in max_new_tokens, which takes precedence', () => {
    const lengths = (parameters: object): number =>
      resolveConfig({ strategy: 'greedy', ...parameters }, model, 10).max_length;
    expect(lengths({ max_length: 30 })).toBe(30);
    expect(lengths({ max_new_tokens: 30 })).toBe(40);
    expect(lengths({ max_length: 5, max_new_tokens: 30 })).toBe(40);
    expect(lengths({ max_length: 30, max_new_tokens: null })).toBe(30);
  });

  it('never goes beyond the context', () => {
    expect(resolveConfig({ strategy: 'greedy', max_length: 1_000 }, model, 10).max_length).toBe(
      256,
    );
    expect(resolveConfig({ strategy: 'beam', max_new_tokens: 99 }, model, 250).max_length).toBe(
      256,
    );
  });

  it('refuses a prompt that leaves no room', () => {
    expect(() => resolveConfig({ strategy: 'beam' }, model, 100)).toThrow(
      expect.objectContaining({
        code: 'prompt_too_long',
        details: { prompt_tokens: 100, max_length: 100 },
      }),
    );
    expect(() => resolveConfig({ strategy: 'beam', max_new_tokens: 5 }, model, 256)).toThrow(
      expect.objectContaining({
        code: 'prompt_too_long',
        details: { prompt_tokens: 256, n_positions: 256 },
      }),
    );
    expect(() => resolveConfig({ strategy: 'beam' }, model, 0)).toThrow(
      expect.objectContaining({ code: 'prompt_empty' }),
    );
    expect(resolveConfig({ strategy: 'beam', max_length: 256 }, model, 255).max_length).toBe(256);
  });

  it('names both parameters when more sequences are asked for than there are beams', () => {
    const parameters = { strategy: 'beam', num_beams: 3, num_return_sequences: 4 } as const;
    expect(() => resolveConfig(parameters, model, 1)).toThrow(
      /num_return_sequences \(4\).*num_beams \(3\)/,
    );
    expect(() => resolveConfig({ ...parameters, num_beams: 1 }, model, 1)).toThrow(
      /num_beams \(1\)/,
    );
    expect(resolveConfig({ ...parameters, num_beams: 4 }, model, 1).num_return_sequences).toBe(4);
  });

  it('refuses several sequences of greedy search, which finds one', () => {
    expect(() => resolveConfig({ strategy: 'greedy', num_return_sequences: 2 }, model, 1)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
    expect(
      resolveConfig({ strategy: 'sample', num_return_sequences: 8 }, model, 1).num_return_sequences,
    ).toBe(8);
  });

  it('takes beam search with one beam for greedy search', () => {
    expect(resolveConfig({ strategy: 'beam', num_beams: 1 }, model, 1).strategy).toBe('greedy');
  });

  it('counts an end token that is named twice once', () => {
    const twice = { ...model, eosTokenIds: [5, 5, 6] };
    expect(resolveConfig({ strategy: 'beam' }, twice, 1).eos_token_ids).toEqual([5, 6]);
  });

  it('refuses bad words that the vocabulary does not have', () => {
    for (const words of [[[]], [[4_096]], [[-1]], [[1], [2, 0.5]]]) {
      expect(() => resolveConfig({ strategy: 'beam', bad_words_ids: words }, model, 1)).toThrow(
        expect.objectContaining({ code: 'invalid_input' }),
      );
    }
  });

  it('draws a seed within its range where none is given', () => {
    const seeds = Array.from(
      { length: 20 },
      () => resolveConfig({ strategy: 'sample' }, model, 1).seed,
    );
    expect(new Set(seeds).size).toBeGreaterThan(1);
    for (const seed of seeds) {
      expect(Number.isInteger(seed)).toBe(true);
      expect(seed).toBeGreaterThanOrEqual(parameterTable.seed.min);
      expect(seed).toBeLessThanOrEqual(parameterTable.seed.max);
    }
    expect(resolveConfig({ strategy: 'sample', seed: 0 }, model, 1).seed).toBe(0);
  });
});
