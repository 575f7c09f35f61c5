import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import {
  variants,
  type ModelCard,
  type Variant,
  type VariantPrice,
} from '../../contract/models.ts';
import {
  companionFiles,
  hashCheckpoint,
  hashFile,
  openCheckpoint,
  type Checkpoint,
} from '../checkpoint/checkpoint.ts';
import { invalidModelFile } from '../checkpoint/invalid-model.ts';
import { isMissing } from '../checkpoint/read-json.ts';
import type { WeightType } from '../checkpoint/safetensors-header.ts';
import type { PrepareModelRequest, PrepareOptions } from '../client/types.ts';
import { throwIfCancelled } from '../generation/stopping-criteria.ts';
import { buildGpt2Graph } from '../graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../graph/write-graph.ts';
import { chooseVariant, priceOf, readText, type Reading } from '../scoring/price-variant.ts';
import { sampleTokens } from '../scoring/sample-tokens.ts';
import { OnnxSession } from '../session/onnx-session.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import { recordFile, writeCardFile, type FileRecord } from './card-file.ts';
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

/**
 * Verifies a checkpoint, writes its graphs, measures its variants and puts the result into the
 * model store under its name. It grows in a working folder and moves in one step: a failed,
 * cancelled or killed import leaves nothing that could be taken for a model.
 *
 * Fails with `invalid_input` (the name), `already_exists`, `model_invalid`, `model_unsupported`,
 * `disk_full`, `store_unwritable` or `cancelled`.
 */
export async function prepareModel(
  request: PrepareModelRequest,
  { onProgress, signal }: PrepareOptions = {},
): Promise<ModelCard> {
  const { modelsDirectory, name } = request;
  checkModelName(name);
  const folder = path.join(modelsDirectory, name);
  await requireFree(folder, name);
  await clearLeftovers(modelsDirectory);

  onProgress?.({ message: 'Verifying the files', fraction: 0 });
  const checkpoint = await openCheckpoint(request.source);
  try {
    const working = await makeWorkingFolder(modelsDirectory);
    try {
      const prepared = path.join(working, 'model');
      await mkdir(prepared);
      const card = await fillFolder(prepared, checkpoint, request, { onProgress, signal });
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

/** Where the work of an import lies between 0 and 1: most of it is writing. */
const shares = { hashed: 0.1, written: 0.7 };

async function fillFolder(
  folder: string,
  checkpoint: Checkpoint,
  request: PrepareModelRequest,
  { onProgress, signal }: { [Key in keyof PrepareOptions]: PrepareOptions[Key] | undefined },
): Promise<ModelCard> {
  const { config, generationConfig, weights } = checkpoint;
  const tokenizer = await loadTokenizer(checkpoint.directory, config.vocabSize);
  const sha256 = await hashCheckpoint(checkpoint, signal);
  throwIfCancelled(signal);

  const files: FileRecord[] = await copyCompanions(checkpoint, folder);
  const sizes = new Map<Variant, number>();
  for (const [index, variant] of variants.entries()) {
    const graph = buildGpt2Graph(config, weights, variant);
    const written = await writeGraph(graph, folder, variant, (bytes) => {
      throwIfCancelled(signal);
      const done = (index + bytes / graph.dataBytes) / variants.length;
      onProgress?.({
        message: `Writing the ${variant} weights`,
        fraction: shares.hashed + (shares.written - shares.hashed) * done,
      });
    });
    sizes.set(
      variant,
      written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
    for (const file of written) files.push(await recordFile(folder, file.name, file.sha256));
  }

  const sample = sampleTokens(tokenizer);
  const prices: VariantPrice[] = [];
  let reference: Reading | null = null;
  for (const [index, variant] of variants.entries()) {
    onProgress?.({
      message: `Measuring ${variant}`,
      fraction: shares.written + ((1 - shares.written) * index) / variants.length,
    });
    const session = await OnnxSession.load(path.join(folder, graphFile(variant)), config);
    const reading = await readText(session, sample, signal).finally(() => session.release());
    if (!Number.isFinite(reading.perplexity)) {
      if (reference === null) {
        throw invalidModelFile('model.safetensors', 'its weights lead to no probabilities');
      }
      continue;
    }
    reference ??= reading;
    prices.push(priceOf(variant, sizes.get(variant) ?? 0, reading, reference));
  }

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
      tokens: sample.length,
      measured_on: new Date().toISOString(),
    },
    default_variant: chooseVariant(prices),
    imported_on: new Date().toISOString(),
    source: request.origin ?? request.source,
    bundled: request.bundled,
    readme: await readReadme(checkpoint.directory),
  };
  await writeCardFile(folder, { card, files });
  return card;
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
