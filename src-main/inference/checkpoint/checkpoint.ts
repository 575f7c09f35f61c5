import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { AppError } from '../../contract/errors.ts';
import { readGpt2Config, type Gpt2Config } from './config.ts';
import { readGenerationConfig, type GenerationConfig } from './generation-config.ts';
import { findGpt2Weights, type Gpt2Weights, type TensorTable } from './gpt2-weights.ts';
import { invalidModelFile } from './invalid-model.ts';
import { isMissing, readModelJson, requireFile } from './read-json.ts';
import { isWeightType, openSafetensors, type SafetensorsFile } from './safetensors-file.ts';
import type { TensorEntry, WeightType } from './safetensors-header.ts';
import type { WeightSource } from './weight-source.ts';

/** A Hugging Face folder of the GPT-2 family, open and verified, its weights read on demand. */
export interface Checkpoint {
  readonly directory: string;
  readonly config: Gpt2Config;
  readonly generationConfig: GenerationConfig;
  readonly weights: Gpt2Weights;
  /** The type that the token embedding is stored in. */
  readonly weightType: WeightType;
  /** Weights in the model, a tied head counted once. */
  readonly parameterCount: number;
  /** The names of the folder's files that make up the model, sorted. */
  readonly files: readonly string[];
  close(): Promise<void>;
}

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';
const indexSchema = v.object({
  weight_map: v.record(v.string(), v.pipe(v.string(), v.regex(/^[^/\\]+\.safetensors$/))),
});

/** The small files that are part of a model, where present. */
export const companionFiles = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
] as const;

/**
 * Opens a folder and verifies everything but the values of the weights. Fails with
 * `model_invalid` (naming the file) or `model_unsupported` (naming the option).
 */
export async function openCheckpoint(directory: string): Promise<Checkpoint> {
  const config = await readGpt2Config(directory);
  const generationConfig = await readGenerationConfig(directory);
  await requireTokenizer(directory);
  const { names, index } = await findWeightFiles(directory);

  const open: SafetensorsFile[] = [];
  const close = async () => {
    await Promise.all(open.map((file) => file.close()));
  };
  try {
    for (const name of names) open.push(await openSafetensors(path.join(directory, name)));
    const table = tensorTable(open, index);
    const weights = findGpt2Weights(table, config);
    const companions = await presentFiles(directory, companionFiles);
    return {
      directory,
      config,
      generationConfig,
      weights,
      weightType: embeddingType(open),
      parameterCount: countParameters(weights, config),
      files: [...names, ...companions, ...(index === null ? [] : [indexFile])].sort(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * SHA-256 over a checkpoint's files, hex: of the lines that `sha256sum` prints for them in the
 * order of their names. Any changed byte of weights, config or tokenizer is another model.
 */
export async function hashCheckpoint(
  checkpoint: Checkpoint,
  signal?: AbortSignal,
): Promise<string> {
  const all = createHash('sha256');
  for (const file of checkpoint.files) {
    all.update(`${await hashFile(path.join(checkpoint.directory, file), signal)}  ${file}\n`);
  }
  return all.digest('hex');
}

/** SHA-256 of one file, hex. Rejects with an `AbortError` when the signal is aborted. */
export async function hashFile(filePath: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(filePath, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

async function presentFiles(directory: string, names: readonly string[]): Promise<string[]> {
  const present: string[] = [];
  for (const name of names) {
    if (await exists(path.join(directory, name))) present.push(name);
  }
  return present;
}

async function exists(file: string): Promise<boolean> {
  try {
    await requireFile(file, Infinity);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    if (error instanceof AppError) throw error;
    throw invalidModelFile(path.basename(file), 'it cannot be read', { cause: error });
  }
}

async function requireTokenizer(directory: string): Promise<void> {
  const present = await presentFiles(directory, ['tokenizer.json', 'vocab.json', 'merges.txt']);
  if (present.includes('tokenizer.json')) return;
  const missing = ['vocab.json', 'merges.txt'].filter((name) => !present.includes(name));
  const [first] = missing;
  if (first === undefined) return;
  const file = missing.length === 2 ? 'tokenizer.json' : first;
  throw invalidModelFile(file, 'it is missing', {
    remedy: 'A model needs tokenizer.json, or vocab.json and merges.txt, beside its weights.',
  });
}

async function findWeightFiles(
  directory: string,
): Promise<{ names: readonly string[]; index: ReadonlyMap<string, string> | null }> {
  if (await exists(path.join(directory, singleFile))) return { names: [singleFile], index: null };
  const parsed = await readModelJson(directory, indexFile, indexSchema);
  if (parsed === null) {
    throw invalidModelFile(singleFile, 'it is missing', {
      remedy:
        'A model needs its weights as safetensors; a PyTorch file (pytorch_model.bin) must be converted first.',
    });
  }
  const index = new Map(Object.entries(parsed.weight_map));
  const names = [...new Set(index.values())].sort();
  for (const name of names) {
    const found = await stat(path.join(directory, name)).catch(() => null);
    if (found === null) {
      throw invalidModelFile(name, `it is missing, and ${indexFile} names it`);
    }
  }
  return { names, index };
}

function tensorTable(
  files: readonly SafetensorsFile[],
  index: ReadonlyMap<string, string> | null,
): TensorTable {
  const tensors = new Map<string, { source: WeightSource; file: string }>();
  for (const file of files) {
    for (const entry of file.tensors) {
      const name = entry.name.replace(/^transformer\./, '');
      if (index !== null && index.get(entry.name) !== file.name) {
        const listed = index.get(entry.name) ?? 'no file';
        throw invalidModelFile(
          file.name,
          `it holds "${entry.name}", which ${indexFile} places in ${listed}`,
          { details: { tensor: entry.name } },
        );
      }
      if (tensors.has(name)) {
        throw invalidModelFile(file.name, `the tensor "${entry.name}" is there twice`, {
          details: { tensor: entry.name },
        });
      }
      tensors.set(name, { source: weightSource(file, entry), file: file.name });
    }
  }
  for (const [name, file] of index ?? []) {
    if (!tensors.has(name.replace(/^transformer\./, ''))) {
      throw invalidModelFile(file, `it lacks "${name}", which ${indexFile} places there`, {
        details: { tensor: name },
      });
    }
  }
  return { file: index === null ? singleFile : indexFile, tensors };
}

function weightSource(file: SafetensorsFile, entry: TensorEntry): WeightSource {
  const length = entry.shape.at(-1) ?? 1;
  return {
    dims: entry.shape,
    readRows: (start, end) => file.read(entry, start * length, end * length),
  };
}

function embeddingType(files: readonly SafetensorsFile[]): WeightType {
  for (const file of files) {
    const entry = file.tensors.find(({ name }) => /^(transformer\.)?wte\.weight$/.test(name));
    if (entry === undefined) continue;
    if (isWeightType(entry.dtype)) return entry.dtype;
    throw invalidModelFile(
      file.name,
      `the tensor "${entry.name}" has the type ${entry.dtype}, and weights are F32, F16 or BF16`,
      { details: { tensor: entry.name } },
    );
  }
  throw new Error('The token embedding was found a moment ago');
}

function countParameters(weights: Gpt2Weights, config: Gpt2Config): number {
  const size = (source: WeightSource) => source.dims.reduce((product, n) => product * n, 1);
  const norms = [
    weights.finalNorm,
    ...weights.layers.flatMap(({ attentionNorm, innerNorm }) => [attentionNorm, innerNorm]),
  ];
  const linears = weights.layers.flatMap(({ qkv, projection, expand, contract }) => [
    qkv,
    projection,
    expand,
    contract,
  ]);
  const all = [
    ...[weights.tokenEmbedding, weights.positionEmbedding],
    ...(config.tiedHead ? [] : [weights.head]),
    ...norms.flatMap(({ gain, bias }) => [gain, bias]),
    ...linears.flatMap(({ matrix, bias }) => [matrix, bias]),
  ];
  return all.reduce((sum, source) => sum + size(source), 0);
}
