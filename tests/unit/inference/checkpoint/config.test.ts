import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGpt2Config } from '../../../../src-main/inference/checkpoint/config.ts';
import { readGenerationConfig } from '../../../../src-main/inference/checkpoint/generation-config.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

async function folderWith(file: string, content: unknown): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(
    path.join(folder, file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return folder;
}

const read = async (content: unknown) => readGpt2Config(await folderWith('config.json', content));

describe('config.json', () => {
  it("has the defaults of Hugging Face's GPT2Config", async () => {
    expect(await read({ model_type: 'gpt2' })).toMatchObject({
      ...{ layers: 12, heads: 12, width: 768, innerWidth: 3072, maxPositions: 1024 },
      ...{ vocabSize: 50_257, layerNormEpsilon: 1e-5, activation: 'gelu_tanh', tiedHead: true },
      attentionScales: Array.from({ length: 12 }, () => 0.125),
      eosTokenIds: [],
    });
  });

  it('reads the old name of the context, several end tokens and a byte order mark', async () => {
    const content = { model_type: 'gpt2', n_ctx: 77, eos_token_id: [3, 5], bos_token_id: 4 };
    expect(await read(`\uFEFF${JSON.stringify(content)}`)).toMatchObject({
      ...{ maxPositions: 77, eosTokenIds: [3, 5], bosTokenId: 4, padTokenId: null },
    });
  });

  it('takes the general names of sizes, where they do not disagree', async () => {
    const general = { num_hidden_layers: 3, num_attention_heads: 4, hidden_size: 20 };
    expect(
      await read({ model_type: 'gpt2', ...general, max_position_embeddings: 9 }),
    ).toMatchObject({ layers: 3, heads: 4, width: 20, innerWidth: 80, maxPositions: 9 });
    expect(await read({ model_type: 'gpt2', n_layer: 3, ...general })).toMatchObject({ layers: 3 });
    await expect(read({ model_type: 'gpt2', n_layer: 2, ...general })).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('"n_layer" is 2 and "num_hidden_layers" is 3') as string,
    });
  });

  it('may name its class alone, as the oldest ones do', async () => {
    expect(await read({ architectures: ['GPT2LMHeadModel'] })).toMatchObject({ layers: 12 });
    await expect(read({ architectures: ['LlamaForCausalLM'] })).rejects.toMatchObject({
      code: 'model_unsupported',
      details: { option: 'model_type' },
    });
  });

  it.each([
    ['gelu_new', 'gelu_tanh'],
    ['gelu_pytorch_tanh', 'gelu_tanh'],
    ['gelu_fast', 'gelu_tanh'],
    ['gelu_accurate', 'gelu_tanh'],
    ['gelu', 'gelu'],
    ['gelu_python', 'gelu'],
    ['relu', 'relu'],
  ])('bends by %s', async (activation_function, activation) => {
    expect(await read({ model_type: 'gpt2', activation_function })).toMatchObject({ activation });
  });

  it.skipIf(process.platform === 'win32')('is not waited for where it is a pipe', async () => {
    const folder = await temporaryFolder();
    spawnSync('mkfifo', [path.join(folder, 'config.json')]);
    await expect(readGpt2Config(folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('it is not a file') as string,
    });
  });

  it('scales attention as it says', async () => {
    const sizes = { model_type: 'gpt2', n_layer: 3, n_embd: 16, n_head: 4 };
    const scalesOf = async (options: object) =>
      (await read({ ...sizes, ...options })).attentionScales;
    expect(await scalesOf({})).toEqual([0.5, 0.5, 0.5]);
    expect(await scalesOf({ scale_attn_weights: false })).toEqual([1, 1, 1]);
    expect(await scalesOf({ scale_attn_by_inverse_layer_idx: true })).toEqual([0.5, 0.25, 0.5 / 3]);
  });

  it.each([
    ['model_type', { model_type: 'llama' }],
    ['model_type', {}],
    ['architectures', { model_type: 'gpt2', architectures: ['GPT2ForSequenceClassification'] }],
    ['activation_function', { model_type: 'gpt2', activation_function: 'swish' }],
    ['activation_function', { model_type: 'gpt2', activation_function: 'toString' }],
    ['add_cross_attention', { model_type: 'gpt2', add_cross_attention: true }],
    ['pruned_heads', { model_type: 'gpt2', pruned_heads: { 0: [1] } }],
    ['quantization_config', { model_type: 'gpt2', quantization_config: { bits: 4 } }],
  ])('is unsupported with another %s: %j', async (option, content) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'model_unsupported',
      details: { file: 'config.json', option },
    });
  });

  it.each([
    ['it is not valid JSON', 'nonsense'],
    ['must be a table', '"gpt2"'],
    ['must be a table', 'null'],
    ['"n_layer": must be at least 1', { model_type: 'gpt2', n_layer: 0 }],
    ['"n_embd": must be a number', { model_type: 'gpt2', n_embd: '768' }],
    ['"n_head": must be a whole number', { model_type: 'gpt2', n_head: 1.5 }],
    ['"vocab_size": must be at most', { model_type: 'gpt2', vocab_size: 1e12 }],
    ['"n_positions": must be at least 2', { model_type: 'gpt2', n_positions: 1 }],
    ['cannot be divided by "n_head" (5)', { model_type: 'gpt2', n_head: 5, n_embd: 16 }],
    ['"layer_norm_epsilon": must be above 0', { model_type: 'gpt2', layer_norm_epsilon: 0 }],
  ])('is invalid where %s', async (message, content) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is asked for by name when it is missing', async () => {
    await expect(readGpt2Config(await temporaryFolder())).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('config.json: it is missing') as string,
    });
  });
});

describe('generation_config.json', () => {
  it('gives special tokens and the parameters it recommends, and nothing else', async () => {
    const folder = await folderWith('generation_config.json', {
      ...{ bos_token_id: 7, eos_token_id: [7, 8], transformers_version: '5.0' },
      ...{ do_sample: true, temperature: 0.8, top_k: 40, seed: null, early_stopping: 'never' },
    });
    expect(await readGenerationConfig(folder)).toEqual({
      ...{ bosTokenId: 7, eosTokenIds: [7, 8], padTokenId: undefined },
      recommendedParameters: {
        do_sample: true,
        temperature: 0.8,
        top_k: 40,
        early_stopping: 'never',
      },
    });
  });

  it('may be missing', async () => {
    expect((await readGenerationConfig(await temporaryFolder())).recommendedParameters).toEqual({});
  });
});
