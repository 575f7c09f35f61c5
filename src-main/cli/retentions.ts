import { handOverSchema } from '../contract/work.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { member } from './member.ts';
import { handOverNote } from './note-option.ts';
import { personNamed } from './person.ts';
import { listing, oneLine, when } from './table.ts';

export const retentionsList = defineCommand({
  name: 'retentions list',
  summary: 'Who is and was retained for a document, newest first',
  positionals: ['DOCUMENT'],
  options: {},
  async run(context, { positionals: [document_id] }) {
    const { services } = context.application();
    const retentions = await services.retentions.list(await member(services), {
      document_id: document_id!,
    });
    answer(context, retentions, () =>
      listing(
        'retentions',
        ['FROM', 'TO', 'SPONSOR', 'EDITOR'],
        retentions.map(({ created_on, ended_on, sponsor_name, editor_name }) => [
          ...[when(created_on), ended_on === null ? 'now' : when(ended_on)],
          ...[oneLine(sponsor_name, 40), oneLine(editor_name, 40)],
        ]),
      ),
    );
  },
});

export const retentionsRetain = defineCommand({
  name: 'retentions retain',
  summary: 'Retain an editor for a document, in place of who was',
  positionals: ['DOCUMENT', 'EMAIL-OR-ID'],
  options: { note: handOverNote },
  run: (context, { positionals: [documentId, editor], options }) =>
    retain(context, documentId!, editor!, options.note),
});

export const retentionsEnd = defineCommand({
  name: 'retentions end',
  summary: 'Retain nobody for a document any more',
  positionals: ['DOCUMENT'],
  options: { note: handOverNote },
  run: (context, { positionals: [documentId], options }) =>
    retain(context, documentId!, null, options.note),
});

/** @param editor null for nobody */
async function retain(
  context: CliContext,
  document_id: string,
  editor: string | null,
  note = '',
): Promise<void> {
  const hand_over = checkInput(handOverSchema, note);
  const { services } = context.application();
  const principal = await member(services);
  const editor_id = editor === null ? null : await personNamed(services, principal, editor);
  await services.retentions.retain(principal, { document_id, editor_id, hand_over });
  const [retention = null] = await services.retentions.list(principal, { document_id });
  answer(context, retention, () =>
    retention?.ended_on === null
      ? `${oneLine(retention.editor_name, 100)} is retained.`
      : 'Nobody is retained.',
  );
}
