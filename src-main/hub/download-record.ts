import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { AppError, errorCodes } from '../contract/errors.ts';

/*
 * `download.json`: what a download is about and which bytes of it are on disk. It lies beside the
 * files and is replaced in one step, so that whatever kills the process leaves a record that was
 * true a moment before. It may claim less than there is, and it never decides what is right:
 * pieces are hashed again before they are built upon.
 */

const format = 1;
const recordFileName = 'download.json';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));

/** The first `bytes` of a piece as they were received. */
const pieceSchema = v.nullable(v.object({ bytes: count, sha256: hex(64) }));
const fileSchema = v.object({
  /** A plain name: folders of a repository are never fetched. */
  path: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]*$/), v.maxLength(200)),
  size_bytes: count,
  sha256: v.nullable(hex(64)),
  git_sha1: v.nullable(hex(40)),
  /** Of the server that sent what is there; null where it told no strong one. */
  etag: v.nullable(v.pipe(v.string(), v.maxLength(1_000))),
  pieces: v.array(pieceSchema),
});
const recordSchema = v.object({
  format: v.literal(format),
  id: v.string(),
  /** Scheme, host, port and path of the hub. */
  endpoint: v.string(),
  /** As it was asked for. */
  repository: v.string(),
  revision: v.string(),
  /** The name that the model gets. */
  name: v.string(),
  piece_bytes: v.pipe(count, v.minValue(1)),
  /** What the hub answered first: everything is fetched as it was there. Null until then. */
  pinned: v.nullable(
    v.object({
      /** The repository's own name. */
      repository: v.string(),
      commit: v.pipe(v.string(), v.regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)),
      files: v.array(fileSchema),
      /** Weights that the index may name: what the hub told of them. */
      shards: v.array(v.omit(fileSchema, ['etag', 'pieces'])),
      /** False until the index told which of them there are. */
      is_complete: v.boolean(),
    }),
  ),
  /** Why the last try ended; null where it did not fail. */
  failure: v.nullable(v.object({ code: v.picklist(errorCodes), message: v.string() })),
});

export type DownloadRecord = v.InferOutput<typeof recordSchema>;
export type PinnedRepository = NonNullable<DownloadRecord['pinned']>;
export type FileProgress = v.InferOutput<typeof fileSchema>;

export function newRecord(
  about: Pick<
    DownloadRecord,
    'id' | 'endpoint' | 'repository' | 'revision' | 'name' | 'piece_bytes'
  >,
): DownloadRecord {
  return { format, ...about, pinned: null, failure: null };
}

/** The record in a download's folder; null where there is none that can be understood. */
export async function readRecord(directory: string): Promise<DownloadRecord | null> {
  try {
    const text = await readFile(path.join(directory, recordFileName), 'utf8');
    const parsed = v.safeParse(recordSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    // Missing, unreadable or not JSON: all the same, nothing can be gone on with.
    return null;
  }
}

/** Replaces the record in one step. */
export async function writeRecord(directory: string, record: DownloadRecord): Promise<void> {
  const temporary = path.join(directory, `${recordFileName}.new`);
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(record));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path.join(directory, recordFileName));
}

/** Bytes of a file that were received and are recorded. */
export function keptBytes(file: FileProgress): number {
  return file.pieces.reduce((sum, piece) => sum + (piece?.bytes ?? 0), 0);
}

/** A file system's refusal in words; anything else as it is. */
export function toDiskFailure(thrown: unknown, directory: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  const details = { path: directory };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'disk_full',
      `The disk with the models (${directory}) is full. What was fetched is kept. Free some space ` +
        'and go on with the download.',
      { details, cause: thrown },
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'EIO'].includes(String(code))) {
    return new AppError(
      'store_unwritable',
      `The folder of the models (${directory}) cannot be written to (${String(code)}). What was ` +
        'fetched is kept. Check its permissions and go on with the download.',
      { details, cause: thrown },
    );
  }
  return thrown;
}
