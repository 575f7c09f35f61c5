import type { Notice, NoticeKind } from '../../../src-main/contract/work.ts';

/** A notice as a sentence in three parts, the middle one being the document's name. */
export interface NoticeSentence {
  readonly before: string;
  readonly document_name: string;
  readonly after: string;
}

/** What stands before and after the document's name: where somebody did it, and where nobody did. */
const words: Readonly<
  Record<
    NoticeKind,
    { readonly by: (name: string) => [string, string]; readonly alone: [string, string] }
  >
> = {
  assigned: {
    by: (name) => [`${name} retained you for`, ''],
    alone: ['You are retained for', ''],
  },
  drafted: {
    by: (name) => [`${name} had a draft made of`, ''],
    alone: ['There is a new draft of', ''],
  },
  in_review: {
    by: (name) => [`${name} submitted`, 'for review'],
    alone: ['', 'waits for review'],
  },
  changes_requested: {
    by: (name) => [`${name} asked for changes to`, ''],
    alone: ['Changes were asked for to', ''],
  },
  approved: { by: (name) => [`${name} approved`, ''], alone: ['', 'is approved'] },
  reopened: {
    by: (name) => [`${name} opened the review of`, 'again'],
    alone: ['', 'is in review again'],
  },
  comment: {
    by: (name) => [`${name} commented on`, ''],
    alone: ['There is a new comment on', ''],
  },
  // A day comes by itself, whoever set it.
  due_soon: { by: () => ['', 'is due soon'], alone: ['', 'is due soon'] },
};

export function noticeSentence({ kind, actor_name, document_name }: Notice): NoticeSentence {
  const [before, after] = actor_name === null ? words[kind].alone : words[kind].by(actor_name);
  return { before, document_name, after };
}
