import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../contract/errors.ts';
import type { Terminal } from './terminal.ts';
import { decodeText } from './text-input.ts';
import { UsageError } from './usage-error.ts';

/*
 * Secrets come in the two ways that nobody can look at: from a file descriptor, or typed on the
 * terminal without an echo. Never from the arguments, which other users of the machine can read.
 */

/** Longer than any password or token; a descriptor may be anything. */
const maxSecretBytes = 4_096;

/** All that a descriptor gives, whose number was an option's value. Throws `UsageError`. */
export async function readSecret(option: string, descriptor: string): Promise<string> {
  if (!/^\d{1,4}$/.test(descriptor)) {
    throw new UsageError(`--${option} needs the number of an open file descriptor.`);
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    const options = { fd: Number(descriptor), autoClose: false };
    for await (const part of createReadStream('', options)) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).byteLength;
      if (bytes > maxSecretBytes) break;
    }
  } catch {
    throw new AppError(
      'invalid_input',
      `The file descriptor ${descriptor} cannot be read. Nothing was done. Open it in the shell: ` +
        `--${option} ${descriptor} ${descriptor}<secret.txt`,
    );
  }
  return decodeText(Buffer.concat(parts), `What the file descriptor ${descriptor} gives`);
}

/** Ctrl+C where the terminal sends the key itself, as it does while nothing is echoed. */
export class Interrupted extends AppError {
  constructor() {
    super('cancelled', 'Stopped. Nothing was changed.');
  }
}

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const ctrlU = '\u0015';
const escape = '\u001b';
/** An arrow or another key that has no letter. */
const keySequence = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?/u;

/**
 * A line typed on the terminal, without showing it. Backspace takes a character back, Ctrl+U all of
 * them; Enter ends it. Rejects with `Interrupted` by Ctrl+C, and with the signal's reason.
 *
 * @throws UsageError where there is no terminal
 */
export async function askSecret(
  { stdin, stderr }: Pick<Terminal, 'stdin' | 'stderr'>,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  if (stdin.isTTY !== true || stderr.isTTY !== true || stdin.setRawMode === undefined) {
    throw new UsageError(
      'There is no terminal to ask for the password on. Give it on a file descriptor: ' +
        '--password-fd 3 3<password.txt',
    );
  }
  signal.throwIfAborted();
  stderr.write(question);
  stdin.setRawMode(true);
  try {
    return await typedLine(stdin, signal);
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}

function typedLine(stdin: Terminal['stdin'], signal: AbortSignal): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed = '';

  /** What is left after the line's end; null while it has none. */
  function take(keys: string): string | null {
    let rest = keys;
    while (rest !== '') {
      const key = rest.startsWith(escape) ? keySequence.exec(rest)![0] : Array.from(rest)[0]!;
      rest = rest.slice(key.length);
      if (key === '\r' || key === '\n' || key === ctrlD) return rest;
      if (key === ctrlC) throw new Interrupted();
      if (key === ctrlU) typed = '';
      else if (key === '\u007f' || key === '\b') typed = withoutLast(typed);
      else if (!/^\p{Cc}/u.test(key)) typed += key;
    }
    return null;
  }

  const onData = (chunk: Buffer | string): void => {
    try {
      const rest = take(typeof chunk === 'string' ? chunk : decoder.write(chunk));
      if (rest === null) return;
      stop();
      // Pasted with more lines: the next question takes the next one.
      if (rest !== '') stdin.unshift(Buffer.from(rest));
      resolve(typed);
    } catch (error) {
      stop();
      reject(error);
    }
  };
  const onEnd = (): void => {
    stop();
    resolve(typed);
  };
  const onAbort = (): void => {
    stop();
    reject(signal.reason);
  };
  function stop(): void {
    // Paused first: what comes while nobody listens would be lost.
    stdin.pause().off('data', onData).off('end', onEnd);
    signal.removeEventListener('abort', onAbort);
  }
  stdin.on('data', onData).on('end', onEnd);
  signal.addEventListener('abort', onAbort);
  stdin.resume();
  return promise;
}

/** A character as people see it may be several code points. */
function withoutLast(text: string): string {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  return characters.slice(0, -1).join('');
}
