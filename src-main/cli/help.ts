import type { Command, Option } from './command.ts';
import { commands } from './commands.ts';
import { table } from './table.ts';

const exitCodes =
  'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl+C. Standard output carries the\nresult alone; progress and errors go to standard error, as {"error":{"code","message"}} with --json.';

export function generalHelp(listed: readonly Command[] = commands): string {
  return [
    'autodoc: documents, and drafts from them by GPT-2 on this machine',
    'Usage: autodoc <command> [options]',
    indent(
      table(
        ['', ''],
        listed.map(({ name, summary }) => [name, summary]),
      ),
    ),
    indent(
      table(
        ['', ''],
        [
          ['<command> --help', 'What a command takes'],
          ['--version', 'The version of Autodoc'],
        ],
      ),
    ),
    exitCodes,
  ].join('\n\n');
}

/** Of a line of options, without what is around its two columns. */
const widest = 108;

export function commandHelp({
  name,
  summary,
  positionals = [],
  options,
  details,
}: Command): string {
  const usage = ['autodoc', name, ...positionals, '[options]'].join(' ');
  const described = Object.entries(options);
  const left = Math.max(...described.map(([name, option]) => spelled(name, option).length));
  const width = Math.min(66, widest - left);
  const rows = described.flatMap(([option, description]) =>
    wrap(meaningOf(description), width).map((line, index) => [
      index === 0 ? spelled(option, description) : '',
      line,
    ]),
  );
  return [
    `${summary}.`,
    `Usage: ${usage}`,
    ...(details === undefined ? [] : [details]),
    `Options:\n${indent(table(['', ''], rows))
      .trimStart()
      .replace(/^/, '  ')}`,
    exitCodes,
  ].join('\n\n');
}

function spelled(name: string, option: Option): string {
  switch (option.kind) {
    case 'flag':
      return `--${name}`;
    case 'text':
      return `--${name} ${option.value}${option.required === true ? ' (required)' : ''}`;
    case 'texts':
      return `--${name} ${option.value} …`;
    case 'choice':
      return `--${name} ${isLong(option.choices) ? 'CHOICE' : option.choices.join('|')}`;
  }
}

/** Choices too many for the left column are named on the right. */
function meaningOf(option: Option): string {
  if (option.kind !== 'choice' || !isLong(option.choices)) return option.meaning;
  return `${option.meaning} One of: ${option.choices.join(', ')}.`;
}

function isLong(choices: readonly string[]): boolean {
  return choices.join('|').length > 40;
}

function indent(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Lines of at most `width` characters, broken at spaces. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
