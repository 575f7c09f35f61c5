import {
  documentBodySchema,
  documentNameSchema,
  type VersionWithBody,
} from '../contract/domain.ts';
import { commissionSchema, descriptionSchema } from '../contract/work.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand, type OptionTable } from './command.ts';
import { answer } from './context.ts';
import { documentInWords } from './document-words.ts';
import { member } from './member.ts';
import { handOverNote } from './note-option.ts';
import { personNamed } from './person.ts';
import { finishSave } from './saved-document.ts';
import { oneLine, table, when } from './table.ts';
import { readTextFile } from './text-input.ts';
import { UsageError } from './usage-error.ts';
import { readWork, workOptions } from './work-options.ts';

const draftOptions = {
  'no-draft': { kind: 'flag', meaning: 'Only save.' },
  'no-wait': { kind: 'flag', meaning: 'Queue the draft and return at once.' },
} as const satisfies OptionTable;

const bodyFile = {
  kind: 'text',
  value: 'FILE',
  meaning: 'The text, as UTF-8; - is standard input.',
} as const;

const waiting = `Waiting for the draft drafts what is queued before it, too. Ctrl+C stops the waiting: the text is
saved and the draft stays queued, for the application or the next command that waits.`;

const commissioning = ['brief', 'due', 'target-words', 'editor', 'note'] as const;

export const documentsNew = defineCommand({
  name: 'documents new',
  summary: 'A new document, and a draft from it',
  options: {
    name: { kind: 'text', value: 'NAME', meaning: 'What to call it.', required: true },
    'body-file': bodyFile,
    ...workOptions,
    editor: { kind: 'text', value: 'EMAIL-OR-ID', meaning: 'Whom to retain for it.' },
    note: handOverNote,
    ...draftOptions,
  },
  details: `Any of ${commissioning.map((name) => `--${name}`).join(', ')} commissions it: it is drafted from its name
where it has no text yet.
${waiting}`,
  async run(context, { options }) {
    const document_name = checkInput(documentNameSchema, options.name);
    const file = options['body-file'];
    const text = file === undefined ? '' : await readTextFile(file, context.stdin);
    const document_body = checkInput(documentBodySchema, text);
    const draft = !options['no-draft'];
    const isCommission = commissioning.some((name) => options[name] !== undefined);
    if (isCommission && !draft) {
      throw new UsageError('What is commissioned is drafted: leave out --no-draft.');
    }
    const { services } = context.application();
    const principal = await member(services);
    const { editor, note: hand_over = '' } = options;
    const saved = isCommission
      ? await services.documents.commission(
          principal,
          checkInput(commissionSchema, {
            ...{ document_name, document_body, hand_over },
            ...{ brief: '', due_on: null, target_words: null, notes: [] },
            ...readWork(options),
            editor_id: editor === undefined ? null : await personNamed(services, principal, editor),
          }),
        )
      : await services.documents.create(principal, { document_name, document_body, draft });
    await finishSave(context, saved, { wait: !options['no-wait'] });
  },
});

export const documentsDescribe = defineCommand({
  name: 'documents describe',
  summary: 'Say what is wanted of a document, and where it belongs',
  positionals: ['ID'],
  options: {
    ...workOptions,
    folder: { kind: 'text', value: 'NAME', meaning: 'Where it belongs; "" for nowhere.' },
    tag: {
      kind: 'texts',
      value: 'TAG',
      meaning: 'Its tags, in place of those that it has; "" for none.',
    },
  },
  details: 'What is not given stays as it is.',
  async run(context, { positionals, options }) {
    const [document_id] = positionals as [string];
    const { folder, tag: tags } = options;
    const fields = checkInput(descriptionSchema, {
      ...readWork(options),
      ...(folder !== undefined && { folder }),
      ...(tags.length > 0 && { tags: tags.filter((tag) => tag !== '') }),
    });
    if (Object.keys(fields).length === 0) {
      throw new UsageError('There is nothing to describe it with. See its --help.');
    }
    const { services } = context.application();
    const principal = await member(services);
    const document = await services.documents.describe(principal, { document_id, ...fields });
    answer(context, document, () => `"${document.document_name}" is described.`);
  },
});

export const documentsSave = defineCommand({
  name: 'documents save',
  summary: 'A new version of a document, and a draft from it',
  positionals: ['ID'],
  options: {
    'body-file': { ...bodyFile, required: true },
    settle: {
      kind: 'flag',
      meaning: 'The text also settles what stands beside it, of others who wrote at the same time.',
    },
    ...draftOptions,
  },
  details: waiting,
  async run(context, { positionals, options }) {
    const [document_id] = positionals as [string];
    const text = await readTextFile(options['body-file'], context.stdin);
    const document_body = checkInput(documentBodySchema, text);
    const { services } = context.application();
    const principal = await member(services);
    // Text that a window has autosaved and not yet saved becomes a version of its own first.
    await services.documents.open(principal, { document_id });
    await services.documents.keepJournals(principal, { documentIds: [document_id], draft: false });
    const opened = await services.documents.open(principal, { document_id });
    const beside = new Set(options.settle ? [] : opened.conflicts.map(({ id }) => id));
    const saved = await services.documents.save(principal, {
      document_id,
      document_body,
      base_version_ids: opened.head_version_ids.filter((id) => !beside.has(id)),
      draft: !options['no-draft'],
    });
    await finishSave(context, saved, { wait: !options['no-wait'] });
  },
});

export const documentsShow = defineCommand({
  name: 'documents show',
  summary: 'A document',
  positionals: ['ID'],
  options: {},
  async run(context, { positionals }) {
    const [document_id] = positionals as [string];
    const { services } = context.application();
    const opened = await services.documents.open(await member(services), { document_id });
    const { document, ...more } = opened;
    answer(context, { ...document, ...more }, () => documentInWords(opened));
  },
});

export const documentsVersions = defineCommand({
  name: 'documents versions',
  summary: 'A document’s versions, newest first',
  positionals: ['ID'],
  options: { bodies: { kind: 'flag', meaning: 'With their texts.' } },
  async run(context, { positionals, options }) {
    const [document_id] = positionals as [string];
    const { services } = context.application();
    const principal = await member(services);
    const versions = await services.versions.list(principal, { document_id });
    const rows: (Omit<VersionWithBody, 'document_id' | 'document_body'> & {
      readonly document_body?: string;
    })[] = [];
    for (const { id, parents, created_on, created_by, author_name, refused } of versions) {
      const body = options.bodies
        ? {
            document_body: (await services.versions.show(principal, { version_id: id }))
              .document_body,
          }
        : {};
      rows.push({ id, parents, created_on, created_by, author_name, refused, ...body });
    }
    answer(context, rows, () =>
      table(
        ['ID', 'SAVED', 'BY', options.bodies ? 'TEXT' : 'PARENTS'],
        rows.map(({ id, created_on, author_name, parents, refused, document_body }) => [
          id,
          when(created_on),
          oneLine(author_name, 30),
          (refused === null ? '' : `not counted: ${refused} `) +
            (document_body === undefined ? parents.join(' ') : oneLine(document_body)),
        ]),
      ),
    );
  },
});

export const documentsRestoreVersion = defineCommand({
  name: 'documents restore-version',
  summary: 'Make an earlier text the current one again, as a new version',
  positionals: ['ID', 'VERSION'],
  options: {},
  async run(context, { positionals }) {
    const [document_id, version_id] = positionals as [string, string];
    const { services } = context.application();
    const payload = { document_id, version_id };
    const saved = await services.versions.restore(await member(services), payload);
    await finishSave(context, saved, { wait: false });
  },
});

export const documentsTrash = defineCommand({
  name: 'documents trash',
  summary: 'Put a document in the trash',
  positionals: ['ID'],
  options: {},
  async run(context, { positionals }) {
    const [document_id] = positionals as [string];
    const { services } = context.application();
    const document = await services.documents.trash(await member(services), { document_id });
    answer(context, document, () => `"${document.document_name}" is in the trash.`);
  },
});

export const documentsRestore = defineCommand({
  name: 'documents restore',
  summary: 'Take a document out of the trash',
  positionals: ['ID'],
  options: {},
  async run(context, { positionals }) {
    const [document_id] = positionals as [string];
    const { services } = context.application();
    const document = await services.documents.restore(await member(services), { document_id });
    answer(context, document, () => `"${document.document_name}" is back in the library.`);
  },
});

export const documentsPurge = defineCommand({
  name: 'documents purge',
  summary: 'Empty a document of all its words, for good',
  positionals: ['ID'],
  options: {},
  details: `Its text, every version, its drafts, comments, name and brief go, here at once and on every machine
that hears of it; that somebody wrote, and when, stays in the log. Admins alone may. It cannot be
taken back. The answer says where it does not reach.`,
  async run(context, { positionals }) {
    const [document_id] = positionals as [string];
    const { services } = context.application();
    const report = await services.documents.purge(await member(services), { document_id });
    answer(context, report, () =>
      [
        `${report.changes} values were emptied. Where its words may still be:`,
        ...report.unreachable.map((place) => `- ${place}`),
      ].join('\n'),
    );
  },
});
