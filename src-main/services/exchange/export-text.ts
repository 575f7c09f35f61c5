import { AppError } from '../../contract/errors.ts';
import type { Breathe } from './breather.ts';

/** A file that Autodoc did not lay out is read in one go, which stops everything else meanwhile. */
const maxBytesInOneGo = 10_000_000;

/**
 * The JSON of an export, as `JSON.parse` gives it. Line by line, as exports are written, so that
 * a long one does not stop everything else; one that a program has laid out anew in one go.
 * Throws `invalid_input`.
 */
export async function parseExport(
  bytes: Buffer,
  source: string,
  breathe: Breathe,
): Promise<unknown> {
  const start = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const json = bytes.subarray(start);
  const byLines = await parseLines(json, breathe);
  if (byLines !== null) return byLines;
  if (json.length > maxBytesInOneGo) {
    throw new AppError(
      'invalid_input',
      `${source} is not laid out as Autodoc writes it, and too large to be read otherwise ` +
        `(${maxBytesInOneGo / 1e6} MB). Nothing was imported. Import the file as it was exported.`,
    );
  }
  try {
    return JSON.parse(json.toString()) as unknown;
  } catch (error) {
    throw new AppError(
      'invalid_input',
      `${source} is not JSON, or only a part of it. Nothing was imported. Export it again.`,
      { cause: error },
    );
  }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Null where the lines are not an export's. What is on them is checked later on. */
async function parseLines(json: Buffer, breathe: Breathe): Promise<object | null> {
  const members: [string, unknown][] = [];
  let list: unknown[] | null = null;
  let isFirst = true;
  let isOver = false;
  try {
    for (const line of linesOf(json)) {
      await breathe();
      if (isOver) return null;
      if (isFirst) {
        if (line !== '{') return null;
        isFirst = false;
      } else if (list !== null) {
        if (line === ']' || line === '],') list = null;
        else list.push(JSON.parse(withoutComma(line)));
      } else if (line === '}') {
        isOver = true;
      } else if (line.endsWith(':[')) {
        list = [];
        members.push([JSON.parse(line.slice(0, -2)) as string, list]);
      } else {
        const member = JSON.parse(`{${withoutComma(line)}}`) as object;
        members.push(...(Object.entries(member) as [string, unknown][]));
      }
    }
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return isOver ? Object.fromEntries(members) : null;
}

function* linesOf(json: Buffer): Generator<string> {
  for (let from = 0; from < json.length;) {
    const end = json.indexOf(0x0a, from);
    const line = json.toString('utf8', from, end < 0 ? json.length : end);
    yield line;
    from = end < 0 ? json.length : end + 1;
  }
}

function withoutComma(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line;
}
