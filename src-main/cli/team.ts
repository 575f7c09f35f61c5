import path from 'node:path';
import { channels } from '../contract/channels.ts';
import { idSchema, type Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { TeamGeneration, TeamStatus } from '../contract/team.ts';
import { checkInput } from '../services/check-input.ts';
import { problemError } from '../services/team/problem-error.ts';
import type { SharedInPlace, SyncReport } from '../services/team/types.ts';
import type { WorkOptions } from '../services/work-options.ts';
import { defineCommand, type OptionTable } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { present } from './member.ts';
import { counted, listing, megabytes, printable, when } from './table.ts';
import { UsageError } from './usage-error.ts';

const teamFile = {
  file: {
    kind: 'text',
    value: 'FILE',
    meaning: 'The team file, in the folder that your sync service watches.',
    required: true,
  },
} as const satisfies OptionTable;

/** For commands about a library that knows its file: a wrong one is told rather than used. */
const sharedBy = {
  file: {
    kind: 'text',
    value: 'FILE',
    meaning: 'The team file, to be sure. Default: the one that the library is shared by.',
  },
} as const satisfies OptionTable;

const memberName = {
  name: {
    kind: 'text',
    value: 'NAME',
    meaning: 'What the team calls you. Default: what the system calls you.',
  },
} as const satisfies OptionTable;

const libraryTitle = {
  title: {
    kind: 'text',
    value: 'TITLE',
    meaning: 'What the library is called here. Default: the name of the team file.',
  },
} as const satisfies OptionTable;

export const teamCreate = defineCommand({
  name: 'team create',
  summary: 'Share a library by a new team file',
  options: {
    ...teamFile,
    from: {
      kind: 'text',
      value: 'DIR',
      meaning: 'Make a new library from documents of the one in this folder.',
    },
    document: { kind: 'texts', value: 'ID', meaning: 'With --from: only these documents.' },
    ...memberName,
    ...libraryTitle,
  },
  details: `The library of --store is shared as it is, with everything in it; where there is none, a new one begins.
With --from, --store must not hold a library yet: copies of the documents go in, and nothing else of where
they come from. FILE must not be there yet. Whoever holds it can read all of it.`,
  async run(context, { options }) {
    const { services } = context.application();
    const { file, from, document, title, name } = options;
    const { inPlace } = services.team;
    const member_name = checkedName(name ?? '');
    if (from === undefined) {
      if (document.length > 0) throw new UsageError('--document needs --from DIR.');
      if (title !== undefined) throw new UsageError('--title needs --from DIR.');
      const shared = await inPlace.share(present(services), { file, member_name });
      await syncOrThrow(context);
      answer(context, shared, () => sharedInWords(shared));
      return;
    }
    const request = {
      ...{ from, file, member_name, title: checkedTitle(title ?? titleOf(file)) },
      document_ids: document.length === 0 ? null : document.map(checkedId),
    };
    const made = await followed(context, (work) =>
      inPlace.createFrom(present(services), request, work),
    );
    await syncOrThrow(context);
    answer(
      context,
      { file, ...made },
      () =>
        `A library with ${counted(made.documents, 'document')} of ${from} is made, and shared by "${file}".`,
    );
  },
});

export const teamJoin = defineCommand({
  name: 'team join',
  summary: 'Make a library from a copy of a team file, and take part',
  options: { ...teamFile, ...memberName, ...libraryTitle },
  details: `--store must be empty or new. A library of the same team that is there already just takes part again.
Where the team has accounts, go on with "users register" or "users add-device", then "team sync".`,
  async run(context, { options }) {
    const { services } = context.application();
    const { file, name = '', title = titleOf(file) } = options;
    const request = { file, title: checkedTitle(title), member_name: checkedName(name) };
    const joined = await followed(context, (work) =>
      services.team.inPlace.join(present(services), request, work),
    );
    answer(context, { file, ...joined }, () =>
      [
        joined.was_here
          ? `This library takes part again, by "${file}".`
          : `Joined. The library has ${counted(joined.documents, 'document')}.`,
        joined.accounts_are_on
          ? 'It has accounts: go on with "users register" or "users add-device", then "team sync".'
          : '"team sync" takes in what others do, and hands over what you do.',
      ].join(' '),
    );
  },
});

export const teamStatus = defineCommand({
  name: 'team status',
  summary: 'By which file the library is shared, and what is not shared yet',
  options: sharedBy,
  details: 'Says what this machine knows. It does not look at the team file: "team sync" does.',
  async run(context, { options }) {
    requireLibrary(context);
    const { services } = context.application();
    await requireFile(context, options.file);
    const status = await services.team.status(services.principal(), undefined);
    answer(context, status, () => statusInWords(status));
  },
});

export const teamSync = defineCommand({
  name: 'team sync',
  summary: 'Take in what others did and hand over what was done here, until nothing is left to do',
  options: sharedBy,
  details: `With --json: {"file", "rounds", "taken", "published", "unshared", "shared_on", "notices", "problem"}.
"taken" counts changes that came, "published" how often the file was written. What is in the way is an
error, and what was done until then is kept: team_file_missing (the file or its folder is not there, or
not downloaded yet), team_file_foreign (another team's file lies there), team_file_newer (update
Autodoc), team_file_damaged, disk_full, team_problem (anything else; its message says what). A damaged
file that stays the same is kept aside and replaced.`,
  async run(context, { options }) {
    requireLibrary(context);
    await requireFile(context, options.file);
    const report = await syncOrThrow(context);
    answer(context, report, () => reportInWords(report));
  },
});

export const teamLeave = defineCommand({
  name: 'team leave',
  summary: 'Share the library no longer; it stays here with all work',
  options: sharedBy,
  details: 'The team file stays where it is, for the others. "team join" takes part again.',
  async run(context, { options }) {
    requireLibrary(context);
    await requireFile(context, options.file);
    const { services } = context.application();
    const status = await services.team.leave(present(services), undefined);
    answer(context, status, () => 'This library is shared no longer. Everything in it stays here.');
  },
});

export const teamMove = defineCommand({
  name: 'team move',
  summary: 'Say where the team file is now, or is to be',
  options: teamFile,
  details: `A file that lies at the old place stays there. Where FILE is not there yet, "team sync" writes it.`,
  async run(context, { options }) {
    requireLibrary(context);
    const { services } = context.application();
    const status = await services.team.inPlace.move(present(services), options.file);
    answer(context, status, () => `This library is shared by "${status.file}" now.`);
  },
});

export const teamGenerations = defineCommand({
  name: 'team generations',
  summary: 'The earlier team files that this machine has kept',
  options: {},
  async run(context) {
    requireLibrary(context);
    const { services } = context.application();
    const kept = await services.team.generations(services.principal(), undefined);
    answer(context, kept, () => generationsInWords(kept));
  },
});

export const teamRestore = defineCommand({
  name: 'team restore',
  summary: 'Make a library of its own from an earlier team file',
  positionals: ['GENERATION'],
  options: {
    into: {
      kind: 'text',
      value: 'DIR',
      meaning: 'Where the library is to be: an empty folder, or one that is not there yet.',
      required: true,
    },
  },
  details: 'As "team generations" lists them. The library of --store stays as it is.',
  async run(context, { positionals, options }) {
    requireLibrary(context);
    const { services } = context.application();
    const request = { id: positionals[0]!, directory: options.into };
    const made = await followed(context, (work) =>
      services.team.inPlace.restore(present(services), request, work),
    );
    answer(
      context,
      { directory: path.resolve(options.into), ...made },
      () =>
        `The library in ${options.into} has ${counted(made.documents, 'document')}, and is shared with nobody.`,
    );
  },
});

/** Sharing what is not there must not make a library. */
function requireLibrary(context: CliContext): void {
  const { library } = context.application();
  if (library.exists()) return;
  throw new AppError('not_found', `There is no library in ${library.directory}.`);
}

/** Throws `invalid_input` where the library is shared by another file than the one that was named. */
async function requireFile(context: CliContext, given: string | undefined): Promise<void> {
  if (given === undefined) return;
  const { services } = context.application();
  const { file } = await services.team.status(services.principal(), undefined);
  if (file === null || file === path.resolve(given)) return;
  throw new AppError(
    'invalid_input',
    `This library is shared by "${file}", not by "${given}". Nothing was done. "team move" changes that.`,
    { details: { file } },
  );
}

/** What is in the way is an error; what was done until then is kept. */
async function syncOrThrow(context: CliContext): Promise<SyncReport> {
  const { services } = context.application();
  const report = await followed(context, (work) =>
    services.team.inPlace.sync(services.principal(), work),
  );
  if (report.problem !== null) throw problemError(report.problem, report.file);
  return report;
}

async function followed<T>(
  { signal, progress }: CliContext,
  work: (options: WorkOptions) => Promise<T>,
): Promise<T> {
  try {
    return await work({
      signal,
      onProgress: ({ message, fraction }) =>
        progress.update(fraction === null ? message : `${message}… ${Math.floor(fraction * 100)}%`),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError('cancelled', 'Stopped. What was done until then is kept.', { cause: error });
  } finally {
    progress.clear();
  }
}

function titleOf(file: string): string {
  return path.parse(file).name.slice(0, 200) || 'Team';
}

const { title: titleSchema, member_name: nameSchema } = channels['team:create'].input.entries;

function checkedTitle(title: string): string {
  return checkInput(titleSchema, title);
}

function checkedName(name: string): string {
  return checkInput(nameSchema, name);
}

function checkedId(id: string): Id {
  return checkInput(idSchema, id);
}

function sharedInWords({ file, documents, members, accounts_are_on }: SharedInPlace): string {
  const what = `${counted(documents, 'document')} and ${counted(members, 'user')}`;
  const accounts = accounts_are_on ? ' It has accounts: whoever joins registers.' : '';
  return `The library is shared by "${file}", with ${what}.${accounts}`;
}

function statusInWords({ file, shared_on, unshared, fingerprint, notices }: TeamStatus): string {
  if (file === null) return 'This library is not shared.';
  return [
    `Shared by "${printable(file)}".`,
    shared_on === null ? 'Nothing has been shared yet.' : `Last shared at ${when(shared_on)}.`,
    unshared === 0 ? 'Everything is shared.' : `${unshared} not yet shared.`,
    `Fingerprint: ${fingerprint ?? ''}`,
    ...notices.map(({ on, message }) => `${when(on)}  ${printable(message)}`),
  ].join('\n');
}

function reportInWords({ taken, published, notices }: SyncReport): string {
  return [
    `Took in ${counted(taken, 'change')}; ${published > 0 ? 'the team file was written' : 'the team file had everything'}.`,
    ...notices.map(printable),
  ].join('\n');
}

function generationsInWords(kept: readonly TeamGeneration[]): string {
  return listing(
    'earlier team files',
    ['GENERATION', 'KEPT', 'SIZE'],
    kept.map(({ id, kept_on, bytes }) => [printable(id), when(kept_on), megabytes(bytes)]),
  );
}
