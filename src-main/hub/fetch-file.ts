import type { FileProgress } from './download-record.ts';
import type { Answer } from './http-get.ts';
import type { HubClient } from './hub-client.ts';
import { Interruption } from './interruption.ts';
import type { PartialFile } from './partial-file.ts';

export interface FetchFileOptions {
  readonly client: HubClient;
  readonly repository: string;
  readonly commit: string;
  /** The file's part of the record, kept up to date. */
  readonly file: FileProgress;
  readonly partial: PartialFile;
  /** Past any cache on the way. */
  readonly afresh: boolean;
  /** Writes the record. */
  readonly save: () => Promise<void>;
  readonly onBytes: () => void;
  readonly signal: AbortSignal;
}

/**
 * Fetches what is missing of a file, gap by gap. Whatever ends it, the bytes that came stay and
 * are recorded. Rejects with an `Interruption`, an `AppError` or the signal's reason.
 */
export async function fetchMissing(options: FetchFileOptions): Promise<void> {
  const { partial, signal } = options;
  for (;;) {
    const gap = await partial.nextGap(signal);
    if (gap === null) return;
    await fetchGap(gap, options);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

async function fetchGap(gap: Span, options: FetchFileOptions): Promise<void> {
  const { client, repository, commit, file, partial, afresh, save, onBytes, signal } = options;
  const isAll = gap.start === 0 && gap.end === file.size_bytes;
  const answer = await client.file(
    { repository, commit, path: file.path, range: isAll ? null : gap, ifRange: file.etag, afresh },
    signal,
  );
  try {
    checkFromHub(answer, options);
    const { start, end } = answer.status === 200 ? whole(answer, file) : part(answer, gap, options);
    if (start < gap.start) partial.restart();
    file.etag = strongEtag(answer);
    let position = start;
    for await (const chunk of answer.chunks()) {
      const room = end - position;
      if (await partial.write(chunk.subarray(0, room))) await save();
      position += Math.min(chunk.byteLength, room);
      onBytes();
      if (chunk.byteLength > room) throw new Interruption(`${answer.host} sends too much`);
    }
    if (position < end) throw new Interruption(`${answer.host}: the connection was cut`);
  } finally {
    answer.discard();
    partial.settle();
    await save();
  }
}

/** The hub's own word on what it hands over must be what it said when the download began. */
function checkFromHub({ hubHeaders, host }: Answer, { file, commit }: FetchFileOptions): void {
  const said = (name: string): string | null => {
    const value = hubHeaders[name];
    return typeof value === 'string' ? value : null;
  };
  const linkedSize = said('x-linked-size');
  const linkedEtag = said('x-linked-etag')?.replaceAll('"', '') ?? null;
  const repoCommit = said('x-repo-commit');
  const isOther =
    (repoCommit !== null && repoCommit !== commit) ||
    (linkedSize !== null && linkedSize !== String(file.size_bytes)) ||
    (linkedEtag !== null && file.sha256 !== null && linkedEtag !== file.sha256);
  if (isOther) throw new Interruption(`${host} hands over another ${file.path} than it promised`);
}

/** A whole file, whether or not a part was asked for. */
function whole({ headers, host }: Answer, file: FileProgress): Span {
  checkPlain(headers, host);
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== file.size_bytes) {
    throw new Interruption(
      `${host} offers ${length} bytes for ${file.path} instead of ${file.size_bytes}`,
    );
  }
  return { start: 0, end: file.size_bytes };
}

/** The part that was asked for, or the beginning of it. */
function part(answer: Answer, gap: Span, { file, partial }: FetchFileOptions): Span {
  const { headers, host } = answer;
  const etag = strongEtag(answer);
  const isOtherFile = etag !== null && file.etag !== null && etag !== file.etag;
  if (answer.status === 416 || isOtherFile) {
    partial.forget();
    throw new Interruption(`${file.path} has changed on ${host}, and is fetched from its start`);
  }
  checkPlain(headers, host);
  const [, first, last, total] =
    /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(headers['content-range'] ?? '') ?? [];
  const span = { start: Number(first), end: Number(last) + 1 };
  const length = headers['content-length'];
  const isAsAsked =
    span.start === gap.start &&
    span.end > span.start &&
    span.end <= gap.end &&
    Number(total) === file.size_bytes &&
    (length === undefined || Number(length) === span.end - span.start);
  if (!isAsAsked) throw new Interruption(`${host} sends another part than was asked for`);
  return span;
}

function checkPlain(headers: Answer['headers'], host: string): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Interruption(`${host} sends the file packed, which was not asked for`);
  }
}

/** An ETag that vouches for every byte; null where there is none. */
function strongEtag({ headers }: Answer): string | null {
  const { etag } = headers;
  return etag !== undefined && /^"[\x21\x23-\x7e]{1,500}"$/.test(etag) ? etag : null;
}
