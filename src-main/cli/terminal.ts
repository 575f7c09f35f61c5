import type { Readable, Writable } from 'node:stream';

/** The three streams of a process, as the command line uses them. */
export interface Terminal {
  readonly stdin: Readable & {
    readonly isTTY?: boolean;
    /** Of a terminal: whether keys arrive as they are pressed, and without an echo. */
    setRawMode?(isRaw: boolean): unknown;
  };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/**
 * Results on standard output. A reader that has gone away (`| head`) ends the writing, never
 * the work: a save goes through whether or not anyone reads about it.
 */
export interface Output {
  write(text: string): void;
  /** Resolves when all of it is handed over. */
  flush(): Promise<void>;
}

export function createOutput(stream: Writable): Output {
  let isOpen = true;
  stream.on('error', () => {
    isOpen = false;
  });
  return {
    write(text) {
      if (isOpen) stream.write(text);
    },
    flush: () =>
      new Promise((resolve) => {
        if (isOpen) stream.write('', () => resolve());
        else resolve();
      }),
  };
}

/** Progress on standard error: one line kept up to date on a terminal, sparse lines elsewhere. */
export interface Progress {
  /** What is going on now. Only a terminal shows each one. */
  update(text: string): void;
  /** Worth a line of its own. */
  note(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

export const noProgress: Progress = {
  update: () => undefined,
  note: () => undefined,
  clear: () => undefined,
};

const eraseLine = '\r\u001b[K';

export function createProgress(stderr: Terminal['stderr'], columns: number): Progress {
  const isTerminal = stderr.isTTY === true;
  const output = createOutput(stderr);
  let isShown = false;
  const clear = (): void => {
    if (isShown) output.write(eraseLine);
    isShown = false;
  };
  return {
    update(text) {
      if (!isTerminal) return;
      const line = text.replace(/\s+/gu, ' ');
      // The end is where a text grows; a line that wraps could not be taken away again.
      const room = columns - 1;
      output.write(eraseLine + (line.length > room ? `…${line.slice(1 - room)}` : line));
      isShown = true;
    },
    note(text) {
      clear();
      output.write(`${text}\n`);
    },
    clear,
  };
}
