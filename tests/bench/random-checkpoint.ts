import { mkdirSync, openSync, writeSync, closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * A GPT-2 checkpoint with random weights in the shape of a real one: speed does not depend on
 * what the weights say, and a benchmark must not need a download.
 */

export interface CheckpointShape {
  readonly n_layer: number;
  readonly n_head: number;
  readonly n_embd: number;
  readonly n_positions: number;
  readonly vocab_size: number;
}

export const gpt2Shape: CheckpointShape = {
  n_layer: 12,
  n_head: 12,
  n_embd: 768,
  n_positions: 1024,
  vocab_size: 50_257,
};

/** Writes config, fp32 weights and a byte-level tokenizer of the right size into `directory`. */
export function writeRandomCheckpoint(directory: string, shape: CheckpointShape): void {
  mkdirSync(directory, { recursive: true });
  const eos = shape.vocab_size - 1;
  writeJson(join(directory, 'config.json'), {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    bos_token_id: eos,
    eos_token_id: eos,
    tie_word_embeddings: true,
    ...shape,
  });
  writeJson(join(directory, 'tokenizer.json'), byteLevelTokenizer(shape.vocab_size));
  writeWeights(join(directory, 'model.safetensors'), tensorShapes(shape));
}

function tensorShapes({ n_layer, n_embd: d, n_positions, vocab_size }: CheckpointShape) {
  const shapes: [name: string, shape: number[]][] = [
    ['wte.weight', [vocab_size, d]],
    ['wpe.weight', [n_positions, d]],
  ];
  for (let i = 0; i < n_layer; i++) {
    const layer: [string, number[]][] = [
      ['ln_1.weight', [d]],
      ['ln_1.bias', [d]],
      ['attn.c_attn.weight', [d, 3 * d]],
      ['attn.c_attn.bias', [3 * d]],
      ['attn.c_proj.weight', [d, d]],
      ['attn.c_proj.bias', [d]],
      ['ln_2.weight', [d]],
      ['ln_2.bias', [d]],
      ['mlp.c_fc.weight', [d, 4 * d]],
      ['mlp.c_fc.bias', [4 * d]],
      ['mlp.c_proj.weight', [4 * d, d]],
      ['mlp.c_proj.bias', [d]],
    ];
    shapes.push(...layer.map(([name, shape]): [string, number[]] => [`h.${i}.${name}`, shape]));
  }
  shapes.push(['ln_f.weight', [d]], ['ln_f.bias', [d]]);
  return shapes;
}

function writeWeights(path: string, shapes: readonly [string, number[]][]): void {
  const random = xorshift(1);
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, shape] of shapes) {
    const end = offset + 4 * size(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = openSync(path, 'w');
  try {
    writeSync(file, length);
    writeSync(file, json);
    for (const [name, shape] of shapes) {
      const isGain = /ln_(1|2|f)\.weight$/.test(name);
      const values = new Float32Array(size(shape));
      for (let i = 0; i < values.length; i++) values[i] = (isGain ? 1 : 0) + 0.05 * random();
      writeSync(file, Buffer.from(values.buffer));
    }
  } finally {
    closeSync(file);
  }
}

/** Every byte a token, then fillers up to the size asked for, the end token last. */
function byteLevelTokenizer(vocabSize: number) {
  const vocab: Record<string, number> = {};
  for (const character of byteAlphabet()) vocab[character] = Object.keys(vocab).length;
  for (let id = Object.keys(vocab).length; id < vocabSize - 1; id++) vocab[`<filler${id}>`] = id;
  const end = { id: vocabSize - 1, content: '<|endoftext|>' };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        ...end,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: false,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab: { ...vocab, [end.content]: end.id },
      merges: [],
    },
  };
}

/** GPT-2's printable stand-ins for the 256 bytes. */
function byteAlphabet(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
}

const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** Uniform in [-1, 1), the same on every machine. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}
