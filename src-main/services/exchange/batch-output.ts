import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import type { DraftFormat } from '../../contract/exchange.ts';
import {
  draftColumns,
  recordWriter,
  type DraftRecord,
  type RecordWriter,
} from './draft-records.ts';
import { readFailure, writeFailure } from './file-failure.ts';
import { writeFileWhole } from './write-file.ts';

/** A line of a batch's output: which line of the input it is of, then its draft. */
export interface BatchRecord extends DraftRecord {
  readonly line: number;
}

/** The file that a batch writes: whole lines, in the order of the input. */
interface BatchOutput {
  /** Puts what is known already in the place of what an earlier run wrote. */
  begin(records: AsyncIterable<BatchRecord>, signal: AbortSignal): Promise<void>;
  /** On the disk when this resolves. */
  append(record: BatchRecord): Promise<void>;
  close(): Promise<void>;
}

/** Throws `invalid_input` for a file that no batch wrote: it is left alone. */
export async function openBatchOutput(
  file: string,
  format: DraftFormat,
  input: string | null,
): Promise<BatchOutput> {
  const writer = recordWriter<BatchRecord>(format, ['line', ...draftColumns]);
  await refuseForeign(file, format, writer, input);
  let handle: Awaited<ReturnType<typeof open>> | null = null;
  return {
    async begin(records, signal) {
      await writeFileWhole(file, linesOf(records, writer), signal);
      handle = await open(file, 'a');
    },
    async append(record) {
      if (handle === null) throw new Error('An output that has not begun');
      try {
        await handle.appendFile(writer.line(record));
        await handle.datasync();
      } catch (error) {
        throw writeFailure(error, `"${file}"`);
      }
    },
    close: async () => handle?.close(),
  };
}

async function* linesOf(
  records: AsyncIterable<BatchRecord>,
  writer: RecordWriter<BatchRecord>,
): AsyncGenerator<string> {
  yield writer.header;
  for await (const record of records) yield writer.line(record);
}

async function refuseForeign(
  file: string,
  format: DraftFormat,
  { header }: RecordWriter<BatchRecord>,
  input: string | null,
): Promise<void> {
  if (input !== null && (await isSameFile(file, input))) {
    throw new AppError(
      'invalid_input',
      'The output would be written over the input. Nothing was written. Name another file.',
    );
  }
  const there = await stat(file).catch(() => null);
  if (there === null || there.size === 0) return;
  const expected = format === 'csv' ? header : '{"line":';
  if ((await beginningOf(file, Buffer.byteLength(expected))) === expected) return;
  throw new AppError(
    'invalid_input',
    `"${file}" is there already and is no output of this command in this format. It was left as it is. Name another file.`,
  );
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((file) => realpath(file).catch(() => path.resolve(file))),
  );
  return first === second;
}

async function beginningOf(file: string, bytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { end: bytes - 1 })) {
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw readFailure(error, `"${file}"`);
  }
  return Buffer.concat(chunks).toString();
}
