import { documentSteps, handOverSchema, type DocumentStep } from '../contract/work.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { handOverNote } from './note-option.ts';
import { inState } from './document-words.ts';

const summaries = {
  start: 'Begin to edit a document',
  submit: 'Hand a document in for review',
  request_changes: 'Ask its editor to change a document',
  approve: 'Approve a document',
  reopen: 'Review an approved document again',
  archive: 'Put an approved document away',
  unarchive: 'Take a document out of the archive',
} as const satisfies Record<DocumentStep, string>;

/** `documents start` to `documents unarchive`: the steps of a document's way. */
export const documentsSteps = documentSteps.map((step) =>
  defineCommand({
    name: `documents ${step.replaceAll('_', '-')}`,
    summary: summaries[step],
    positionals: ['ID'],
    options: { note: handOverNote },
    async run(context, { positionals: [id], options }) {
      const hand_over = checkInput(handOverSchema, options.note ?? '');
      const { services } = context.application();
      const principal = await member(services);
      const opened = await services.documents.open(principal, { document_id: id! });
      const from = opened.document.document_state;
      const payload = { document_id: id!, step, from, hand_over };
      const document = await services.documents.step(principal, payload);
      answer(context, document, () => `"${document.document_name}" is ${inState(document)}.`);
    },
  }),
);
