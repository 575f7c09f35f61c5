import path from 'node:path';
import { csvEncodings, draftFormats } from '../contract/exchange.ts';
import { separatorNamed, separatorNames } from '../services/exchange/csv/separator-names.ts';
import { fileSource } from '../services/exchange/read-bytes.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';

export const batch = defineCommand({
  name: 'batch',
  summary: 'Draft every row of a CSV file, and write the drafts to another file',
  options: {
    input: {
      kind: 'text',
      value: 'FILE',
      meaning: 'CSV with a text in each row; - is standard input.',
      required: true,
    },
    output: { kind: 'text', value: 'FILE', meaning: 'Where the drafts go.', required: true },
    format: {
      kind: 'choice',
      choices: draftFormats,
      meaning: 'Of the output. Default: jsonl for a name that ends so, else csv.',
    },
    encoding: {
      kind: 'choice',
      choices: csvEncodings,
      meaning: 'Of the input. Default: what it is recognised as.',
    },
    separator: {
      kind: 'choice',
      choices: separatorNames,
      meaning: 'Between the columns of the input. Default: what it is recognised as.',
    },
    'no-header': { kind: 'flag', meaning: 'The first row is a text too, and names no columns.' },
    'text-column': {
      kind: 'text',
      value: 'NAME',
      meaning:
        'The column with the texts, "Column 1" without a header. Default: by its name or length.',
    },
    'name-column': {
      kind: 'text',
      value: 'NAME',
      meaning:
        'The column with the documents’ names. Default: by its name; else their first words.',
    },
  },
  details: `Each row becomes a document, which is drafted; its line of the output is written as soon as its draft is
there. Stopped at any moment, by Ctrl+C or otherwise, the same command goes on where it stopped and makes
nothing twice. Rows that are no text are named and left out; drafts that failed are tried again.`,
  async run(context, { options }) {
    const { services } = context.application();
    const isStdin = options.input === '-';
    const isJsonLines = (options.format ?? path.extname(options.output).slice(1)) === 'jsonl';
    const separator = separatorNames.find((name) => name === options.separator);
    const report = await services.exchange
      .batch(
        await member(services),
        {
          input: isStdin
            ? { name: 'Standard input', open: () => context.stdin }
            : fileSource(options.input),
          inputFile: isStdin ? null : options.input,
          output: options.output,
          format: isJsonLines ? 'jsonl' : 'csv',
          encoding: options.encoding ?? null,
          separator: separator === undefined ? null : separatorNamed(separator),
          has_header: options['no-header'] ? false : null,
          textColumn: options['text-column'] ?? null,
          nameColumn: options['name-column'] ?? null,
        },
        {
          signal: context.signal,
          onProgress: ({ message }) => context.progress.update(message),
          onRejected: ({ line, reason }) =>
            context.progress.note(`Line ${line} is left out: ${reason}.`),
        },
      )
      .finally(() => context.progress.clear());
    answer(context, { output: options.output, ...report }, () => {
      const { rows, found, failed, rejected_count } = report;
      const parts = [
        `Rows in "${options.output}": ${rows}.`,
        ...(found > 0 ? [`Drafted before: ${found}.`] : []),
        ...(failed > 0 ? [`Failed: ${failed}; the same command tries them again.`] : []),
        ...(rejected_count > 0 ? [`Left out: ${rejected_count}.`] : []),
      ];
      return parts.join(' ');
    });
  },
});
