import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { invalidModelFile } from './invalid-model.ts';

/** A JSON file of a model folder, checked by a schema. Null when it is not there. */
export async function readModelJson<Schema extends v.GenericSchema>(
  directory: string,
  file: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | null> {
  let text: string;
  try {
    text = await readFile(path.join(directory, file), 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw invalidModelFile(file, 'it cannot be read', { cause });
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

export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
