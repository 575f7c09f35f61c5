import type { Readable } from 'node:stream';

const keptCharacters = 2_000;

/** Keeps the end of what a process writes to stderr. */
export function keepTail(stream: Readable | null): () => string {
  let tail = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    tail = (tail + text).slice(-keptCharacters);
  });
  return () => tail;
}
