import { AppError } from '../contract/errors.ts';
import { draftFormats } from '../contract/exchange.ts';
import { takenInWords } from '../services/exchange/exchange-service.ts';
import type { WorkOptions } from '../services/work-options.ts';
import { defineCommand } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { member } from './member.ts';
import { UsageError } from './usage-error.ts';

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'A document or the whole library as JSON, or the drafts as CSV or JSON lines',
  options: {
    output: { kind: 'text', value: 'FILE', meaning: 'Where to write it.', required: true },
    format: {
      kind: 'choice',
      choices: ['json', ...draftFormats],
      meaning:
        'json has everything and can be imported again; csv and jsonl have each document with its latest draft. Default: json.',
    },
    document: { kind: 'text', value: 'ID', meaning: 'Only this document; json only.' },
    folder: {
      kind: 'text',
      value: 'NAME',
      meaning: 'Only the documents in this folder and below it; csv and jsonl only.',
    },
  },
  details: `What stands in FILE is replaced once the export is whole. The JSON has users, but no passwords or private
keys: there are none in a library. A text that a spreadsheet would take for a formula has an apostrophe
before it in CSV; reading prompts takes it away again.`,
  async run(context, { options }) {
    const { output, format = 'json', document, folder } = options;
    const { services } = context.application();
    const work = followed(context);
    try {
      if (format === 'json') {
        if (folder !== undefined) throw new UsageError('--folder needs --format csv or jsonl.');
        const scope = { document_id: document ?? null };
        await services.exchange.writeJson(await member(services), scope, output, work);
        answer(context, { output, format, ...scope }, () => `Exported to "${output}".`);
        return;
      }
      if (document !== undefined) throw new UsageError('--document needs --format json.');
      const drafts = { folder: folder ?? '', format: asDraftFormat(format) };
      const principal = await member(services);
      const documents = await services.exchange.writeDrafts(principal, drafts, output, work);
      answer(
        context,
        { output, format, documents },
        () => `${documents === 1 ? '1 document is' : `${documents} documents are`} in "${output}".`,
      );
    } finally {
      context.progress.clear();
    }
  },
});

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Take a JSON export into this library, without doubles',
  options: {
    input: { kind: 'text', value: 'FILE', meaning: 'What "export" has written.', required: true },
  },
  details: `All of it is taken or nothing. What is here already stays as it is, so that importing twice changes
nothing. Into a library that nobody has started, its people come with it.`,
  async run(context, { options }) {
    const { services } = context.application();
    const present = services.principal();
    const principal = present.kind === 'visitor' ? present : await member(services);
    try {
      const taken = await services.exchange.readJson(principal, options.input, followed(context));
      answer(context, taken, () => takenInWords(taken));
    } catch (error) {
      if (!context.signal.aborted) throw error;
      throw new AppError('cancelled', 'Stopped. Nothing was imported.', { cause: error });
    } finally {
      context.progress.clear();
    }
  },
});

function followed({ signal, progress }: CliContext): WorkOptions {
  return { signal, onProgress: ({ message }) => progress.update(message) };
}

function asDraftFormat(format: string): (typeof draftFormats)[number] {
  return format === 'csv' ? 'csv' : 'jsonl';
}
