import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { AppError } from '../../contract/errors.ts';
import { invalidModelFile } from './invalid-model.ts';

/** Ten times the largest tokenizer there is. */
const maxBytes = 200_000_000;

/** A JSON file of a model folder, checked by a schema. Null when it is not there. */
export async function readModelJson<Schema extends v.GenericSchema>(
  directory: string,
  file: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | null> {
  const filePath = path.join(directory, file);
  let text: string;
  try {
    await requireFile(filePath);
    text = await readFile(filePath, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause instanceof AppError
      ? cause
      : invalidModelFile(file, 'it cannot be read', { cause });
  }
  let json: unknown;
  try {
    // Some editors on Windows put a byte order mark in front.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw invalidModelFile(file, 'it is not valid JSON', { cause });
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue);
  throw invalidModelFile(file, place === null ? issue.message : `"${place}": ${issue.message}`, {
    details: { option: place },
  });
}

/**
 * Reading a pipe would wait for ever, and a folder cannot be read. Fails with `model_invalid`,
 * or as `stat` does.
 */
export async function requireFile(filePath: string, mostBytes = maxBytes): Promise<void> {
  const found = await stat(filePath);
  const name = path.basename(filePath);
  if (!found.isFile()) throw invalidModelFile(name, 'it is not a file');
  if (found.size > mostBytes) {
    throw invalidModelFile(name, `it has ${found.size} bytes, and ${mostBytes} are the most`);
  }
}

export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
