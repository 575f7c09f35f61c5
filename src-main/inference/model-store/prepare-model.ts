import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { variants, type ModelCard, type Variant } from '../../contract/models.ts';
import {
  companionFiles,
  hashCheckpoint,
  hashFile,
  openCheckpoint,
  type Checkpoint,
} from '../checkpoint/checkpoint.ts';
import { isMissing } from '../checkpoint/read-json.ts';
import type { WeightType } from '../checkpoint/safetensors-header.ts';
import { readTrainingLog } from '../checkpoint/training-log.ts';
import type { PrepareModelRequest, PrepareOptions } from '../client/types.ts';
import { throwIfCancelled } from '../generation/stopping-criteria.ts';
import { buildGpt2Graph } from '../graph/gpt2-graph.ts';
import type { OnnxGraph } from '../graph/graph-builder.ts';
import { dataFile, graphFile, writeGraph } from '../graph/write-graph.ts';
import { measurePrices } from '../scoring/measure-prices.ts';
import { chooseVariant } from '../scoring/price-variant.ts';
import { textsToMeasure } from '../scoring/texts-to-measure.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import { recordFile, writeCardFile, type FileRecord } from './card-file.ts';
import { freeDiskBytes, requireRoom } from './disk-space.ts';
import { toFileFailure } from './file-failure.ts';
import { checkModelName } from './model-name.ts';
import { clearLeftovers, makeWorkingFolder } from './temporary-folders.ts';

const readmeFile = 'README.md';
/** Enough of a README to know a model by. */
const maxReadmeCharacters = 200_000;
const typeNames: Readonly<Record<WeightType, ModelCard['weights_dtype']>> = {
  F32: 'fp32',
  F16: 'fp16',
  BF16: 'bf16',
};

type Options = { [Key in keyof PrepareOptions]: PrepareOptions[Key] | undefined };

/**
 * Verifies a checkpoint, writes its graphs, measures its variants and puts the result into the
 * model store under its name. It grows in a working folder and moves in one step: a failed,
 * cancelled or killed import leaves nothing that could be taken for a model. Weights are read,
 * turned and measured a piece at a time, so memory does not grow with the model.
 *
 * Fails with `invalid_input` (the name), `already_exists`, `model_invalid`, `model_unsupported`,
 * `disk_full`, `store_unwritable` or `cancelled`.
 *
 * @param freeBytes how many bytes are free where a folder is or would be; null where unknown
 */
export async function prepareModel(
  request: PrepareModelRequest,
  { onProgress, signal }: Options = {},
  freeBytes: (directory: string) => Promise<number | null> = freeDiskBytes,
): Promise<ModelCard> {
  const { modelsDirectory, name } = request;
  checkModelName(name);
  const folder = path.join(modelsDirectory, name);
  await requireFree(folder, name);
  await clearLeftovers(modelsDirectory);

  onProgress?.({ message: 'Verifying the files', fraction: 0 });
  const checkpoint = await openCheckpoint(request.source);
  try {
    const graphs = buildGraphs(checkpoint, request.variants);
    const neededBytes = graphs.reduce((sum, { graph }) => sum + graph.dataBytes, 0);
    requireRoom(modelsDirectory, neededBytes, await freeBytes(modelsDirectory));
    const working = await makeWorkingFolder(modelsDirectory);
    try {
      const prepared = path.join(working, 'model');
      await mkdir(prepared);
      const card = await fillFolder(prepared, checkpoint, graphs, request, { onProgress, signal });
      throwIfCancelled(signal);
      await requireFree(folder, name);
      await rename(prepared, folder);
      onProgress?.({ message: 'Ready', fraction: 1 });
      return card;
    } finally {
      await rm(working, { recursive: true, force: true });
    }
  } catch (error) {
    if (signal?.aborted === true) {
      throw new AppError('cancelled', 'The import was cancelled. Nothing of it was kept.', {
        cause: error,
      });
    }
    throw toFileFailure(error, modelsDirectory);
  } finally {
    await checkpoint.close();
  }
}

interface VariantGraph {
  readonly variant: Variant;
  readonly graph: OnnxGraph;
}

/** fp32 is always among them, and first: it is what the others are measured against. */
function buildGraphs(
  { config, weights }: Checkpoint,
  wanted: readonly Variant[] = variants,
): readonly VariantGraph[] {
  return variants
    .filter((variant) => variant === 'fp32' || wanted.includes(variant))
    .map((variant) => ({ variant, graph: buildGpt2Graph(config, weights, variant) }));
}

async function requireFree(folder: string, name: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (found === null) return;
  throw new AppError(
    'already_exists',
    `There is a model named "${name}" already, and it is kept. Choose another name, or remove ` +
      'that model first.',
    { details: { model: name } },
  );
}

/** Where the work of an import lies between 0 and 1. */
const shares = { hashed: 0.1, written: 0.6 };

async function fillFolder(
  folder: string,
  checkpoint: Checkpoint,
  graphs: readonly VariantGraph[],
  request: PrepareModelRequest,
  { onProgress, signal }: Options,
): Promise<ModelCard> {
  const { config, generationConfig } = checkpoint;
  const tokenizer = await loadTokenizer(checkpoint.directory, config.vocabSize);
  const sha256 = await hashCheckpoint(checkpoint, signal);
  throwIfCancelled(signal);
  /** Tells of a stage's progress between two places of the whole. */
  const stage =
    (from: number, to: number) =>
    ({ message, fraction }: { message: string; fraction: number }) =>
      onProgress?.({ message, fraction: from + (to - from) * fraction });

  const companions = await copyCompanions(checkpoint, folder);
  const written = await writeGraphs(folder, graphs, {
    onProgress: stage(shares.hashed, shares.written),
    signal,
  });
  const texts = textsToMeasure(tokenizer, 'sample', []);
  const prices = await measurePrices(
    { directory: folder, config, texts, written },
    { onProgress: stage(shares.written, 1), signal },
  );
  const isPriced = (variant: Variant) => prices.some((price) => price.variant === variant);
  for (const { variant } of written.filter(({ variant }) => !isPriced(variant))) {
    await rm(path.join(folder, graphFile(variant)));
    await rm(path.join(folder, dataFile(variant)));
  }
  const kept = written.filter(({ variant }) => isPriced(variant));
  const files = [...companions, ...kept.flatMap((variant) => variant.files)];

  const card: ModelCard = {
    name: request.name,
    sha256,
    architecture: 'gpt2',
    n_layer: config.layers,
    n_head: config.heads,
    n_embd: config.width,
    n_positions: config.maxPositions,
    vocab_size: config.vocabSize,
    parameters: checkpoint.parameterCount,
    weights_dtype: typeNames[checkpoint.weightType],
    size_bytes: files.reduce((sum, file) => sum + file.size_bytes, 0),
    bos_token_id: generationConfig.bosTokenId ?? config.bosTokenId,
    eos_token_ids: generationConfig.eosTokenIds ?? config.eosTokenIds,
    pad_token_id: generationConfig.padTokenId ?? config.padTokenId,
    recommended_parameters: generationConfig.recommendedParameters,
    variants: prices,
    measurement: {
      text: 'sample',
      tokens: texts.reduce((sum, { length }) => sum + length, 0),
      measured_on: new Date().toISOString(),
    },
    default_variant: chooseVariant(prices),
    imported_on: new Date().toISOString(),
    source: request.origin ?? request.source,
    bundled: request.bundled,
    training: await readTrainingLog(checkpoint.directory),
    readme: await readReadme(checkpoint.directory),
  };
  await writeCardFile(folder, { card, files });
  return card;
}

async function writeGraphs(
  folder: string,
  graphs: readonly VariantGraph[],
  { onProgress, signal }: Options,
): Promise<readonly { variant: Variant; sizeBytes: number; files: readonly FileRecord[] }[]> {
  const allBytes = graphs.reduce((sum, { graph }) => sum + graph.dataBytes, 0);
  const done = [];
  let bytesBefore = 0;
  for (const { variant, graph } of graphs) {
    const written = await writeGraph(graph, folder, variant, (bytes) => {
      throwIfCancelled(signal);
      onProgress?.({
        message: `Writing the ${variant} weights`,
        fraction: (bytesBefore + bytes) / allBytes,
      });
    });
    bytesBefore += graph.dataBytes;
    const files: FileRecord[] = [];
    for (const { name, sha256 } of written) files.push(await recordFile(folder, name, sha256));
    done.push({
      variant,
      files,
      sizeBytes: written.reduce((sum, file) => sum + file.sizeBytes, 0),
    });
  }
  return done;
}

/** The tokenizer and the configs: a prepared model needs its source no more. */
async function copyCompanions(checkpoint: Checkpoint, folder: string): Promise<FileRecord[]> {
  const present = companionFiles.filter((file) => checkpoint.files.includes(file));
  const records: FileRecord[] = [];
  for (const file of present) {
    const copy = path.join(folder, file);
    await copyFile(path.join(checkpoint.directory, file), copy);
    records.push(await recordFile(folder, file, await hashFile(copy)));
  }
  return records;
}

async function readReadme(directory: string): Promise<string | null> {
  try {
    const text = await readFile(path.join(directory, readmeFile), 'utf8');
    return text.slice(0, maxReadmeCharacters).toWellFormed();
  } catch {
    // A model without a README, or with one that cannot be read, is a model all the same.
    return null;
  }
}
