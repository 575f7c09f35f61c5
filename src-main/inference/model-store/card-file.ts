import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { AppError } from '../../contract/errors.ts';
import { variants, type ModelCard } from '../../contract/models.ts';
import { hashFile } from '../checkpoint/checkpoint.ts';
import { modelTrainingSchema } from '../checkpoint/training-log.ts';
import { isMissing } from '../checkpoint/read-json.ts';

/*
 * `card.json`: the model's card and the list of its files. It is written last, so a folder that
 * has one was whole once; the list tells whether it still is.
 */

const format = 4;
/**
 * Cards of earlier versions, listed as not measured: 1 says neither how fast the variants are nor
 * on how much they were measured; 2 and 3 were never released. Their graphs are refused.
 */
const olderFormats = [1, 2, 3] as const;
const cardFileName = 'card.json';
/** A card being written, next to the one it takes the place of. */
const nextCardFileName = 'card.json.next';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const tokenId = v.nullable(count);

export const modelCardSchema = v.object({
  name: v.string(),
  sha256,
  architecture: v.literal('gpt2'),
  n_layer: count,
  n_head: count,
  n_embd: count,
  n_positions: count,
  vocab_size: count,
  parameters: count,
  weights_dtype: v.picklist(['fp32', 'fp16', 'bf16']),
  size_bytes: count,
  bos_token_id: tokenId,
  eos_token_ids: v.array(count),
  pad_token_id: tokenId,
  recommended_parameters: v.record(v.string(), v.union([v.number(), v.boolean(), v.string()])),
  variants: v.array(
    v.object({
      variant: v.picklist(variants),
      size_bytes: count,
      perplexity: v.number(),
      top1_agreement: v.number(),
      tokens_per_second: v.nullable(v.number()),
    }),
  ),
  measurement: v.nullable(
    v.object({
      text: v.picklist(['sample', 'documents']),
      tokens: count,
      measured_on: v.string(),
    }),
  ),
  default_variant: v.picklist(variants),
  imported_on: v.string(),
  source: v.string(),
  bundled: v.boolean(),
  // Cards written before there were training logs have none.
  training: v.optional(v.nullable(modelTrainingSchema), null),
  readme: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, ModelCard>;

const fileRecordSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[^/\\]+$/)),
  size_bytes: count,
  sha256,
  /** When the file was last written, in milliseconds: an unchanged file need not be hashed. */
  modified_ms: v.number(),
});
const files = v.array(fileRecordSchema);
const olderCardSchema = v.pipe(
  v.looseObject({ variants: v.array(v.looseObject({})) }),
  v.transform((card) => ({
    ...card,
    variants: card.variants.map((price) => ({ ...price, tokens_per_second: null })),
    measurement: null,
  })),
  modelCardSchema,
);
const cardFileSchema = v.variant('format', [
  v.object({ format: v.literal(format), card: modelCardSchema, files }),
  v.object({ format: v.picklist(olderFormats), card: olderCardSchema, files }),
]);

/** One file of a prepared model, as it was when it was written. */
export type FileRecord = v.InferOutput<typeof fileRecordSchema>;

export interface CardFile {
  readonly card: ModelCard;
  readonly files: readonly FileRecord[];
}

/** The record of a file whose hash is known from writing it. */
export async function recordFile(
  directory: string,
  name: string,
  sha256: string,
): Promise<FileRecord> {
  const { size, mtimeMs } = await stat(path.join(directory, name));
  return { name, size_bytes: size, sha256, modified_ms: mtimeMs };
}

/** In one step: a reader finds the card as it was or as it is now, whatever happens in between. */
export async function writeCardFile(directory: string, { card, files }: CardFile): Promise<void> {
  const text = `${JSON.stringify({ format, card, files }, null, 2)}\n`;
  const next = path.join(directory, nextCardFileName);
  try {
    await writeFile(next, text, { flush: true });
    await rename(next, path.join(directory, cardFileName));
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** Fails with `model_not_found` where there is no card, `model_invalid` where it cannot be read. */
export async function readCardFile(directory: string): Promise<CardFile> {
  const name = path.basename(directory);
  let text: string;
  try {
    text = await readFile(path.join(directory, cardFileName), 'utf8');
  } catch (cause) {
    if (isMissing(cause)) {
      throw new AppError('model_not_found', `There is no model named "${name}" on this machine.`, {
        details: { model: name },
      });
    }
    throw damagedModel(name, cardFileName, 'it cannot be read', cause);
  }
  try {
    const { card, files } = v.parse(cardFileSchema, JSON.parse(text));
    // The folder is what a model is found by, should somebody have renamed it.
    return { card: { ...card, name }, files };
  } catch (cause) {
    throw damagedModel(name, cardFileName, 'its contents are damaged', cause);
  }
}

/**
 * Checks that the files are those that were written: present, of the same size, and, where the
 * time of writing has changed (a copy, a restored backup, an edit), of the same SHA-256. An
 * untouched model costs a few `stat` calls however large it is. Fails with `model_invalid`.
 *
 * @param wanted only these files; all of them by default
 */
export async function verifyFiles(
  directory: string,
  { files }: CardFile,
  wanted: (name: string) => boolean = () => true,
): Promise<void> {
  const model = path.basename(directory);
  for (const record of files.filter(({ name }) => wanted(name))) {
    const filePath = path.join(directory, record.name);
    const found = await stat(filePath).catch((cause: unknown) => {
      const problem = isMissing(cause) ? 'it is missing' : 'it cannot be read';
      throw damagedModel(model, record.name, problem, cause);
    });
    if (found.size !== record.size_bytes) {
      const problem = `it has ${found.size} bytes instead of ${record.size_bytes}`;
      throw damagedModel(model, record.name, problem);
    }
    if (found.mtimeMs !== record.modified_ms && (await hashFile(filePath)) !== record.sha256) {
      throw damagedModel(model, record.name, 'its contents were changed');
    }
  }
}

function damagedModel(model: string, file: string, problem: string, cause?: unknown): AppError {
  return new AppError(
    'model_invalid',
    `The model "${model}" is damaged: ${file}: ${problem}. Your texts are not affected. ` +
      'Remove the model and import it again.',
    { details: { model, file }, cause },
  );
}
