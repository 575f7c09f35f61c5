import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReferenceSession } from './reference-session.ts';

/*
 * What GPT-2 itself writes, with its published weights of 124 million parameters. They are half a
 * gigabyte and not here: `AUTODOC_GPT2_FOLDER` names a folder with `openai-community/gpt2`.
 */

const folder = process.env.AUTODOC_GPT2_FOLDER;

describe.skipIf(folder === undefined)('GPT-2 with its published weights', () => {
  let gpt2: ReferenceSession;
  beforeAll(async () => {
    gpt2 = await ReferenceSession.load(folder!);
  });
  afterAll(() => gpt2.release());

  const parameters = { strategy: 'greedy', no_repeat_ngram_size: 0, max_length: 20 } as const;
  const write = async (prompt: readonly number[]) => {
    const [text] = await gpt2.find({ prompt, parameters, eos_token_ids: [] });
    return text!.tokenIds;
  };

  it('goes on from "The dog" as it is known to', async () => {
    expect(await write([464, 3290])).toEqual([
      ...[464, 3290, 373, 1043, 287, 257, 2214, 1474, 262, 16246],
      ...[286, 2688, 290, 2688, 27262, 13, 198, 198, 464, 3290],
    ]);
  });

  it('goes on from a greeting as it is known to', async () => {
    const tokenIds = await write(gpt2.tokenizer.encode('Hello, my dog is a little'));
    expect(gpt2.tokenizer.decode(tokenIds)).toBe(
      "Hello, my dog is a little bit of a mess. I'm not sure if he's going",
    );
  });
});
