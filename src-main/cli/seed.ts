import { AppError } from '../contract/errors.ts';
import { seedDemo, type DemoReport } from '../services/demo/seed-demo.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { table } from './table.ts';
import { UsageError } from './usage-error.ts';

export const seed = defineCommand({
  name: 'seed',
  summary: 'Fill an empty library with people and their work, to try Autodoc out',
  options: {
    demo: { kind: 'flag', meaning: 'An admin, sponsors, editors, documents in every state.' },
    'no-draft': { kind: 'flag', meaning: 'Leave the drafts queued.' },
  },
  details: `Give it a folder of its own with --store. A library that has users is left as it is. Everybody in it
has the same password, which is printed: it is for trying out, not for work.`,
  async run(context, { options }) {
    if (!options.demo) throw new UsageError('"seed" needs --demo.');
    const { services, library } = context.application();
    const { signal, progress } = context;
    try {
      const report = await seedDemo(services, {
        ...{ signal, isDrafted: !options['no-draft'] },
        onProgress: ({ message }) => progress.update(message),
      });
      progress.clear();
      answer(context, report, () => inWords(report, library.directory));
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new AppError(
        'cancelled',
        `Stopped. A part of it is in ${library.directory}. Remove that folder to begin anew.`,
        { cause: error },
      );
    } finally {
      progress.clear();
    }
  },
});

function inWords({ password, people, documents, drafts }: DemoReport, directory: string): string {
  return [
    `${documents} documents with ${drafts} drafts are in ${directory}.`,
    `Everybody signs in with the password ${password}`,
    table(
      ['E-MAIL', 'TYPE', 'STATE', 'NAME'],
      people.map(({ email, user_type, user_status, name }) => [
        ...[email, user_type, user_status, name],
      ]),
    ),
  ].join('\n\n');
}
