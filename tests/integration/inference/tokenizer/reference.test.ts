import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../../src-main/inference/tokenizer/load-tokenizer.ts';
import { configuredSize, modelDirectory, tokenizerCases } from '../../../fixtures/reference.ts';

describe.each(tokenizerCases())('the tokenizer of $folder', ({ folder, strings, ids }) => {
  const load = () => loadTokenizer(modelDirectory(folder), configuredSize(folder, 'vocab_size'));

  it('gives the ids of the reference', async () => {
    const tokenizer = await load();
    expect(strings.length).toBeGreaterThan(300);
    for (const [i, text] of strings.entries()) {
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids[i]);
    }
  });

  it('gives every text back to the byte', async () => {
    const tokenizer = await load();
    for (const [i, text] of strings.entries()) {
      expect(tokenizer.decode(ids[i] as number[])).toBe(text);
    }
  });
});
