import type { Application } from '../composition.ts';
import type { Output, Progress, Terminal } from './terminal.ts';

/** What a command has to work with. */
export interface CliContext {
  readonly isJson: boolean;
  readonly stdin: Terminal['stdin'];
  readonly output: Output;
  readonly progress: Progress;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** What `--as` has signed in with; null where nobody has. */
  readonly password: string | null;
  /** Asks on the terminal, without an echo. Throws `UsageError` where there is none. */
  ask(question: string): Promise<string>;
  /** Put together on first use. */
  application(): Application;
}

/** A result: as one line of JSON, or in words. */
export function answer(context: CliContext, value: unknown, inWords: () => string): void {
  context.output.write(context.isJson ? `${JSON.stringify(value)}\n` : `${inWords()}\n`);
}
