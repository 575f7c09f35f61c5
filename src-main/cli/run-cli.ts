import { AppError, toErrorEnvelope } from '../contract/errors.ts';
import type { Application } from '../composition.ts';
import { stackOf } from '../logging/stack-of.ts';
import type { Command } from './command.ts';
import { commandsOf, findCommand } from './commands.ts';
import type { CliContext } from './context.ts';
import { commandHelp, generalHelp } from './help.ts';
import { askSecret, Interrupted } from './secret.ts';
import { signIn } from './sign-in.ts';
import { oneLine } from './table.ts';
import {
  createOutput,
  createProgress,
  noProgress,
  type Output,
  type Progress,
  type Terminal,
} from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface CliEnvironment {
  readonly terminal: Terminal;
  readonly columns: number;
  readonly version: string;
  /** Aborted when the user stops the command; its reason is an `AppError`. */
  readonly signal: AbortSignal;
  /** `store` is the folder of `--store`, null for the application's own. */
  readonly compose: (store: string | null) => Application;
}

/** Of an error, in characters. */
const longestMessage = 1_000;

const exitCode = { done: 0, failed: 1, wrongUsage: 2, stopped: 130 } as const;

/** Runs one command line to its end. Answers the exit code; never rejects. */
export async function runCli(
  args: readonly string[],
  environment: CliEnvironment,
): Promise<number> {
  const { terminal, columns } = environment;
  // Known before anything else is: a line that is wrong must still be answered in JSON.
  const isJson = args.includes('--json');
  const output = createOutput(terminal.stdout);
  const progress = isJson ? noProgress : createProgress(terminal.stderr, columns);
  const errors = createOutput(terminal.stderr);
  try {
    const help = helpFor(args, environment.version);
    if (help !== null) output.write(`${help}\n`);
    else await execute(args, { isJson, output, progress }, environment);
    return exitCode.done;
  } catch (error) {
    progress.clear();
    return tell(error, isJson, errors, environment.signal);
  } finally {
    await Promise.all([output.flush(), errors.flush()]);
  }
}

async function execute(
  args: readonly string[],
  parts: { readonly isJson: boolean; readonly output: Output; readonly progress: Progress },
  { terminal, signal, compose }: CliEnvironment,
): Promise<void> {
  const { command, rest } = findCommand(args);
  const line = command.parse(rest);
  if (line.options.help) {
    parts.output.write(`${commandHelp(command)}\n`);
    return;
  }
  const store = line.options.store;
  let application: Application | null = null;
  const context: Omit<CliContext, 'password'> = {
    ...parts,
    stdin: terminal.stdin,
    signal,
    ask: (question) => askSecret(terminal, question, signal),
    application: () => (application ??= compose(store ?? null)),
  };
  try {
    const password = await signIn(context, command, line.options);
    await command.run({ ...context, password }, line);
  } catch (error) {
    if (isBug(error)) {
      const logger = (application as Application | null)?.logger;
      logger?.error('a command failed', { command: command.name, stack: stackOf(error) });
    }
    throw error;
  } finally {
    await (application as Application | null)?.dispose();
  }
}

/** What to answer a line that asks for words rather than work, else null. */
function helpFor(args: readonly string[], version: string): string | null {
  const [first, second] = args;
  if (first === undefined) throw new UsageError('A command is missing. See "autodoc --help".');
  if (first === '--version') return version;
  if (first === '--help' || first === '-h' || first === 'help') return generalHelp();
  const group: readonly Command[] = commandsOf(first);
  if (group.length > 0 && (second === '--help' || second === '-h')) return generalHelp(group);
  return null;
}

/** Neither wrong usage nor a failure that says so itself: the log has the details. */
function isBug(error: unknown): boolean {
  return !(error instanceof UsageError) && toErrorEnvelope(error).code === 'internal';
}

function tell(error: unknown, isJson: boolean, errors: Output, signal: AbortSignal): number {
  const isUsage = error instanceof UsageError;
  const { code, message } = isUsage
    ? { code: 'invalid_input' as const, message: error.message }
    : toErrorEnvelope(error);
  errors.write(
    isJson
      ? `${JSON.stringify({ error: { code, message } })}\n`
      : // It may repeat what was typed, whatever that was.
        `autodoc: ${oneLine(message, longestMessage)}\n`,
  );
  if (isUsage) return exitCode.wrongUsage;
  const isStopped =
    error instanceof Interrupted ||
    (signal.aborted && error instanceof AppError && code === 'cancelled');
  return isStopped ? exitCode.stopped : exitCode.failed;
}
