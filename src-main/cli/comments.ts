import { commentBodySchema, type Comment } from '../contract/work.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { inState } from './document-words.ts';
import { member } from './member.ts';
import { oneLine, printable, when } from './table.ts';

export const commentsList = defineCommand({
  name: 'comments list',
  summary: 'What was said about a document, each answer below its comment',
  positionals: ['DOCUMENT'],
  options: {},
  async run(context, { positionals: [document_id] }) {
    const { services } = context.application();
    const comments = await services.comments.list(await member(services), {
      document_id: document_id!,
    });
    answer(context, comments, () =>
      comments.length === 0 ? 'No comments.' : threads(comments).join('\n\n'),
    );
  },
});

export const commentsAdd = defineCommand({
  name: 'comments add',
  summary: 'Say something about a document, or answer a comment',
  positionals: ['DOCUMENT'],
  options: {
    text: { kind: 'text', value: 'TEXT', meaning: 'What to say.', required: true },
    answer: {
      kind: 'text',
      value: 'COMMENT',
      meaning: 'The comment that began the thread. Default: begins one.',
    },
  },
  async run(context, { positionals: [document_id], options }) {
    const comment_body = checkInput(commentBodySchema, options.text);
    const { services } = context.application();
    const comment = await services.comments.write(await member(services), {
      document_id: document_id!,
      thread_id: options.answer ?? null,
      ...{ comment_body, anchor: null },
    });
    answer(context, comment, () => `Said (${comment.id}).`);
  },
});

export const commentsResolve = defineCommand({
  name: 'comments resolve',
  summary: 'Mark a comment as settled',
  positionals: ['COMMENT'],
  options: { reopen: { kind: 'flag', meaning: 'Mark it as not settled again.' } },
  async run(context, { positionals: [comment_id], options }) {
    const { services } = context.application();
    const comment = await services.comments.resolve(await member(services), {
      comment_id: comment_id!,
      is_resolved: !options.reopen,
    });
    answer(context, comment, () => (options.reopen ? 'Open again.' : 'Resolved.'));
  },
});

function threads(comments: readonly Comment[]): readonly string[] {
  return comments
    .filter(({ thread_id }) => thread_id === null)
    .map((first) => {
      const answers = comments.filter(({ thread_id }) => thread_id === first.id);
      return [inWords(first), ...answers.map((answer) => indented(inWords(answer)))].join('\n');
    });
}

function inWords(comment: Comment): string {
  const { id, author_name, created_on, document_state, anchor } = comment;
  const facts = [
    id,
    when(created_on),
    oneLine(author_name, 40),
    ...(document_state === null ? [] : [`hand-over: ${inState({ document_state })}`]),
    ...(comment.resolved_on === null ? [] : ['resolved']),
  ];
  const quote = anchor === null ? [] : [indented(`“${oneLine(anchor.quote)}”`)];
  return [facts.join('  '), ...quote, indented(printable(comment.comment_body))].join('\n');
}

const indented = (text: string): string => text.replace(/^/gmu, '  ');
