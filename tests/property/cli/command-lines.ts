import fc from 'fast-check';
import type { Command, Option } from '../../../src-main/cli/command.ts';
import { commands } from '../../../src-main/cli/commands.ts';
import { hostileTexts } from '../../fixtures/hostile-texts.ts';
import { emailOf, members } from '../../integration/services/team.ts';
import type { IdPool } from '../ipc/id-pool.ts';

/*
 * Lines for the command line, made from its own table: each command with some of its options and
 * words, most of them right, and then perhaps with something wrong. What names a file is always
 * one of the test's own: a wrong line may write where it says.
 */

export interface LineParts {
  readonly pool: IdPool;
  /** Files and folders that may be read and written. */
  readonly paths: readonly string[];
  /** Stands for the number of a descriptor that gives a password. */
  readonly passwordDescriptor: string;
}

const text = fc.oneof(
  fc.lorem({ maxCount: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(...hostileTexts),
);
const numbers = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map(String),
  fc.constantFrom('-1', '0.5', '1e9', '99999999999999999999', 'NaN', '0x10', ' 5 ', '', '٣'),
);
const emails = fc.oneof(
  { arbitrary: fc.constantFrom(...members.map(emailOf)), weight: 4 },
  fc.constantFrom('nobody@example.org', 'no address', '@', ' ADA@EXAMPLE.ORG '),
);
const days = fc.constantFrom('2026-12-24', '2026-02-30', '24.12.2026', 'tomorrow');

export function commandLine(parts: LineParts): fc.Arbitrary<readonly string[]> {
  const orderly = fc.constantFrom(...commands).chain((command) => lineOf(command, parts));
  const junk = fc.array(
    fc.oneof(text, fc.constantFrom('--json', '--help', '-x', '--', '--as=', 'documents', 'users')),
    { maxLength: 5 },
  );
  return fc.oneof(
    { arbitrary: orderly, weight: 6 },
    { arbitrary: orderly.chain(spoiled), weight: 3 },
    // Without the name of a command nothing is done, whatever else is said.
    { arbitrary: junk.filter(([first]) => first !== 'documents' && first !== 'users'), weight: 1 },
  );
}

function lineOf(command: Command, parts: LineParts): fc.Arbitrary<readonly string[]> {
  const { name, positionals = [], options } = command;
  const words = positionals.map((label) => wordFor(label, parts));
  const given = Object.entries(options)
    .filter(([option]) => !['store', 'json', 'help', 'as', 'password-fd'].includes(option))
    .map(([option, row]) => {
      const isRequired = row.kind === 'text' && row.required === true;
      return fc
        .tuple(valueOf(option, row, parts), fc.noBias(fc.nat(9)))
        .map(([value, chance]) => (chance < (isRequired ? 9 : 3) ? value : []));
    });
  const person = fc
    .tuple(emails, fc.noBias(fc.nat(9)))
    .map(([email, chance]) =>
      chance < 7 ? ['--as', email, '--password-fd', parts.passwordDescriptor] : [],
    );
  const isJson = fc.boolean().map((json) => (json ? ['--json'] : []));
  return fc
    .tuple(fc.tuple(...words), fc.tuple(...given), person, isJson)
    .map(([named, chosen, as, json]) => [
      ...[...name.split(' '), ...named, ...chosen.flat(), ...as, ...json],
    ]);
}

/** An option with its value, as one word or as two: never one that a following word completes. */
function valueOf(option: string, row: Option, parts: LineParts): fc.Arbitrary<readonly string[]> {
  switch (row.kind) {
    case 'flag':
      return fc.constant([`--${option}`]);
    case 'choice':
      return fc
        .oneof({ arbitrary: fc.constantFrom(...row.choices), weight: 5 }, text)
        .map((value) => [`--${option}=${value}`]);
    case 'text':
    case 'texts': {
      const value = option.endsWith('-fd')
        ? fc.constantFrom(parts.passwordDescriptor, '9999', '-1', 'three', '')
        : wordFor(row.value, parts);
      const written = fc
        .tuple(value, fc.boolean())
        .map(([word, isOne]) => (isOne ? [`--${option}=${word}`] : [`--${option}`, word]));
      return row.kind === 'texts'
        ? fc.array(written, { maxLength: 3 }).map((all) => all.flat())
        : written;
    }
  }
}

/** What stands for a word in the help says what it must be. */
function wordFor(label: string, { pool, paths }: LineParts): fc.Arbitrary<string> {
  switch (label) {
    case 'FILE':
    case 'DIR':
      return fc.constantFrom(...paths);
    case 'ID':
    case 'DOCUMENT':
      return pool.forKey('document_id');
    case 'VERSION':
      return pool.forKey('version_id');
    case 'COMMENT':
      return pool.forKey('comment_id');
    case 'MACHINE':
      return pool.forKey('device_id');
    case 'EMAIL':
      return emails;
    case 'EMAIL-OR-ID':
      return fc.oneof(emails, pool.forKey('user_id'));
    case 'DAY':
      return days;
    case 'N':
    case 'X':
      return numbers;
    case 'TEXT=BIAS':
      return fc.constantFrom('a=1', ' b=-2.5', 'c', '=', 'd=NaN');
    case 'LIST':
      return fc.constantFrom('fp32', 'int8,int4', '', ',', 'fp32,fp32,no');
    case 'admin|sponsor|editor':
      return fc.constantFrom('admin', 'sponsor', 'editor', 'owner');
    case 'NAME|DIR':
    case 'NAME':
    case 'NAME[@REVISION]':
      return fc.oneof(fc.constantFrom('starter', 'a-model', 'gpt2@main', '../gpt2'), text);
    default:
      return text;
  }
}

/** A line with something wrong, that still names no file but the test's own. */
function spoiled(line: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc.oneof(
    text.map((word) => [...line, `--unknown-option=${word}`]),
    text.map((word) => [line[0]!, ...line.slice(1), '--', word]),
    fc.constant([...line, '--json', '--json']),
    fc.constant([...line, '--as']),
    fc.constant([...line, '--help']),
    fc.constant([`${line[0]}s`, ...line.slice(1)]),
    fc.constant(line.slice(0, 1)),
    fc.constant([...line, ...line]),
  );
}
