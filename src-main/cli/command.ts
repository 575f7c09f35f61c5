import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { CliContext } from './context.ts';
import { nearest, UsageError } from './usage-error.ts';

/*
 * A command as data: its words, its options, what it does. `node:util`'s parseArgs reads the
 * line; what it leaves to its callers is here: negative numbers as values, options given
 * twice, hints.
 */

interface Flag {
  readonly kind: 'flag';
  readonly meaning: string;
}

interface Text {
  readonly kind: 'text';
  /** What stands for the value in the help, e.g. `FILE`. */
  readonly value: string;
  readonly meaning: string;
  readonly required?: true;
}

interface Choice {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly meaning: string;
}

/** May be given more than once. */
interface Texts {
  readonly kind: 'texts';
  /** What stands for a value in the help, e.g. `WORD`. */
  readonly value: string;
  readonly meaning: string;
}

export type Option = Flag | Text | Choice | Texts;
export type OptionTable = Readonly<Record<string, Option>>;

type Value<O extends Option> = O extends Flag
  ? boolean
  : O extends Choice
    ? O['choices'][number] | undefined
    : O extends Texts
      ? readonly string[]
      : O extends { readonly required: true }
        ? string
        : string | undefined;

type OptionValues<Options extends OptionTable> = {
  readonly [Name in keyof Options]: Value<Options[Name]>;
};

/** What every command understands. */
const commonOptions = {
  store: {
    kind: 'text',
    value: 'DIR',
    meaning: 'Library and models in DIR, made when missing. Default: the application’s own.',
  },
  as: {
    kind: 'text',
    value: 'EMAIL',
    meaning: 'In whose name, in a library with accounts. Asks for the password.',
  },
  'password-fd': {
    kind: 'text',
    value: 'N',
    meaning:
      'Read the password from this file descriptor, e.g. --password-fd 3 3<password.txt; 0 is standard input, the one that npm passes on.',
  },
  json: { kind: 'flag', meaning: 'The result as JSON on standard output, errors as JSON too.' },
  help: { kind: 'flag', meaning: 'Show this help.' },
} as const satisfies OptionTable;

interface CommandLine<Options extends OptionTable> {
  /** As many as the command names. */
  readonly positionals: readonly string[];
  readonly options: OptionValues<Options & typeof commonOptions>;
}

interface Definition<Options extends OptionTable> {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  /** Names of the words after the command, all required. */
  readonly positionals?: readonly string[];
  readonly options: Options;
  /** More for the help: what a summary has no room for. */
  readonly details?: string;
  /** For who has no account here yet: the password is a new one, and there is no `--as`. */
  readonly isForNewAccounts?: boolean;
  readonly run: (context: CliContext, line: CommandLine<Options>) => Promise<void> | void;
}

export interface Command extends Omit<Definition<OptionTable>, 'run'> {
  /** The arguments after the command's name, read. Throws `UsageError`. */
  readonly parse: (args: readonly string[]) => CommandLine<OptionTable>;
  readonly run: (context: CliContext, line: CommandLine<OptionTable>) => Promise<void> | void;
}

/** Types a command's `run` by its own options. */
export function defineCommand<const Options extends OptionTable>(
  definition: Definition<Options>,
): Command {
  const command = { ...definition, options: { ...definition.options, ...commonOptions } };
  return {
    ...command,
    parse: (args) => parse(command, args),
    run: (context, line) => definition.run(context, line as unknown as CommandLine<Options>),
  };
}

function parse(
  { name, positionals: expected = [], options }: Omit<Command, 'parse' | 'run'>,
  args: readonly string[],
): CommandLine<OptionTable> {
  const { positionals, tokens, ...read } = parseArgs({
    args: joinValues(args, options),
    options: parseArgsOptions(options),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });

  const values: Record<string, unknown> = read.values;
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (option === undefined) throw unknownOption(token.rawName, options, name);
    if (seen.has(token.name) && option.kind !== 'texts') {
      throw new UsageError(`${token.rawName} is given twice.`);
    }
    seen.add(token.name);
    checkValue(token.rawName, option, token.value);
  }
  // Help is help, whatever else the line lacks.
  if (values.help === true) return { positionals, options: values as never };
  checkPositionals(name, expected, positionals);
  for (const [optionName, option] of Object.entries(options)) {
    if (option.kind === 'flag') values[optionName] ??= false;
    if (option.kind === 'texts') values[optionName] ??= [];
    if (option.kind === 'text' && option.required && values[optionName] === undefined) {
      throw new UsageError(`"${name}" needs --${optionName} ${option.value}.`);
    }
  }
  return { positionals, options: values as never };
}

function parseArgsOptions(options: OptionTable): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { kind }]) => [
      name,
      {
        type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind === 'texts',
        ...(name === 'help' && { short: 'h' }),
      },
    ]),
  );
}

/**
 * `--name value` as `--name=value`, because parseArgs takes a value that begins with a dash
 * for an option. What looks like an option (`-x`, `--word`) is no value.
 */
function joinValues(args: readonly string[], options: OptionTable): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index]!;
    if (arg === '--') return [...joined, ...args.slice(index)];
    const kind = arg.startsWith('--') ? options[arg.slice(2)]?.kind : undefined;
    if (kind === undefined || kind === 'flag') {
      joined.push(arg);
      continue;
    }
    const value = args[index + 1];
    if (value === undefined || looksLikeOption.test(value)) {
      throw new UsageError(
        `${arg} needs a value. One that looks like an option is written ${arg}=VALUE.`,
      );
    }
    joined.push(`${arg}=${value}`);
    index += 1;
  }
  return joined;
}

const looksLikeOption = /^(--|--?[a-z][a-z-]*(=.*)?)$/is;

function checkValue(rawName: string, option: Option, value: string | undefined): void {
  switch (option.kind) {
    case 'flag':
      if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
      return;
    case 'text':
    case 'texts':
      return;
    case 'choice':
      if (value === undefined || !option.choices.includes(value)) {
        throw new UsageError(`${rawName} must be one of: ${option.choices.join(', ')}.`);
      }
  }
}

function unknownOption(rawName: string, options: OptionTable, command: string): UsageError {
  const meant = nearest(rawName.replace(/^-+/, ''), Object.keys(options));
  const hint = meant === null ? '' : ` Did you mean --${meant}?`;
  return new UsageError(
    `"${command}" has no option ${rawName}.${hint} See "autodoc ${command} --help".`,
  );
}

function checkPositionals(
  command: string,
  expected: readonly string[],
  given: readonly string[],
): void {
  const missing = expected[given.length];
  if (missing !== undefined) {
    throw new UsageError(`"${command}" needs ${missing}. See "autodoc ${command} --help".`);
  }
  const extra = given[expected.length];
  if (extra !== undefined) {
    throw new UsageError(
      `"${command}" does not understand "${extra}". Text with spaces goes in quotes.`,
    );
  }
}
