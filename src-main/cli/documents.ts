import type { DocumentSummary } from '../contract/domain.ts';
import {
  documentBodySchema,
  documentNameSchema,
  type VersionWithBody,
} from '../contract/domain.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand, type OptionTable } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { finishSave } from './saved-document.ts';
import { listing, oneLine, table, when } from './table.ts';
import { readTextFile } from './text-input.ts';

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

export const documentsNew = defineCommand({
  name: 'documents new',
  summary: 'A new document, and a draft from it',
  options: {
    name: { kind: 'text', value: 'NAME', meaning: 'What to call it.', required: true },
    'body-file': bodyFile,
    ...draftOptions,
  },
  details: waiting,
  async run(context, { options }) {
    const document_name = checkInput(documentNameSchema, options.name);
    const file = options['body-file'];
    const text = file === undefined ? '' : await readTextFile(file, context.stdin);
    const document_body = checkInput(documentBodySchema, text);
    const { services } = context.application();
    const draft = !options['no-draft'];
    const saved = await services.documents.create(await member(services), {
      document_name,
      document_body,
      draft,
    });
    await finishSave(context, saved, { wait: !options['no-wait'] });
  },
});

export const documentsSave = defineCommand({
  name: 'documents save',
  summary: 'A new version of a document, and a draft from it',
  positionals: ['ID'],
  options: { 'body-file': { ...bodyFile, required: true }, ...draftOptions },
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
    const { head_version_ids } = await services.documents.open(principal, { document_id });
    const saved = await services.documents.save(principal, {
      document_id,
      document_body,
      base_version_ids: [...head_version_ids],
      draft: !options['no-draft'],
    });
    await finishSave(context, saved, { wait: !options['no-wait'] });
  },
});

const pageLength = 200;

export const documentsList = defineCommand({
  name: 'documents list',
  summary: 'The documents, last changed first',
  options: {
    query: {
      kind: 'text',
      value: 'TEXT',
      meaning: 'Only those whose name, text or drafts match; the best match first.',
    },
    trash: { kind: 'flag', meaning: 'Those in the trash.' },
  },
  async run(context, { options }) {
    const { services } = context.application();
    const principal = await member(services);
    const place = options.trash ? 'trash' : 'library';
    const query = options.query ?? '';
    const documents: DocumentSummary[] = [];
    for (let total = Infinity; documents.length < total;) {
      const offset = documents.length;
      const page = await services.documents.list(principal, {
        ...{ query, place, offset, limit: pageLength },
      });
      documents.push(...page.documents);
      total = page.documents.length === 0 ? 0 : page.total;
    }
    answer(context, documents, () =>
      listing(
        'documents',
        ['ID', 'CHANGED', 'WORDS', 'NAME'],
        documents.map(({ id, updated_on, words, document_name }) => [
          ...[id, when(updated_on), String(words), oneLine(document_name)],
        ]),
      ),
    );
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
    const { document, head_version_ids, journal } = opened;
    answer(
      context,
      { ...document, head_version_ids, journal },
      () => `${document.document_name}\n\n${document.document_body}`,
    );
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
    for (const { id, parents, created_on, created_by } of versions) {
      const body = options.bodies
        ? {
            document_body: (await services.versions.show(principal, { version_id: id }))
              .document_body,
          }
        : {};
      rows.push({ id, parents, created_on, created_by, ...body });
    }
    answer(context, rows, () =>
      table(
        ['ID', 'SAVED', options.bodies ? 'TEXT' : 'PARENTS'],
        rows.map(({ id, created_on, parents, document_body }) => [
          ...[
            id,
            when(created_on),
            document_body === undefined ? parents.join(' ') : oneLine(document_body),
          ],
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
