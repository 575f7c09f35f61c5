import * as v from 'valibot';
import {
  documentBodySchema,
  documentNameSchema,
  documentStates,
  idSchema,
  wellFormed,
  type DocumentState,
  type Id,
  type Retention,
} from './domain.ts';

/*
 * The way of a document from commission to approval: its steps, what is said about it on the
 * way, and what people are told.
 */

/** A step of a document's way. Each is an operation of the access table. */
export const documentSteps = [
  'start',
  'submit',
  'request_changes',
  'approve',
  'reopen',
  'archive',
  'unarchive',
] as const;
export type DocumentStep = (typeof documentSteps)[number];

export const maxBriefLength = 100_000;
export const maxNotes = 20;
/** A day of the calendar, as `2026-12-24`. */
export const daySchema = v.pipe(
  v.string(),
  v.isoDate('a day is written as 2026-12-24'),
  v.check((day) => isDayOfCalendar(day), 'the calendar has no such day'),
);

/** The thirtieth of February would be the second of March. */
function isDayOfCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
export const briefSchema = v.pipe(wellFormed, v.maxLength(maxBriefLength));
export const targetWordsSchema = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(10_000_000),
);
export const notesSchema = v.pipe(
  v.array(
    v.strictObject({
      title: v.pipe(wellFormed, v.trim(), v.maxLength(1_000)),
      text: v.pipe(wellFormed, v.maxLength(1_000_000)),
    }),
  ),
  v.maxLength(maxNotes),
);
export const folderSchema = v.pipe(wellFormed, v.trim(), v.maxLength(1_000));
export const tagsSchema = v.pipe(
  v.array(v.pipe(wellFormed, v.trim(), v.minLength(1), v.maxLength(200))),
  v.maxLength(100),
);
/** A hand-over note: what whoever is next should know. Empty for none. */
export const handOverSchema = v.pipe(wellFormed, v.trim(), v.maxLength(20_000));

export const commissionSchema = v.strictObject({
  document_name: documentNameSchema,
  document_body: documentBodySchema,
  brief: briefSchema,
  due_on: v.nullable(daySchema),
  target_words: v.nullable(targetWordsSchema),
  notes: notesSchema,
  /** Whom to retain; null to look for somebody later. */
  editor_id: v.nullable(idSchema),
  hand_over: handOverSchema,
});

/** The parts of a description that are given are set; the others stay. */
export const descriptionSchema = v.partial(
  v.strictObject({
    brief: briefSchema,
    due_on: v.nullable(daySchema),
    target_words: v.nullable(targetWordsSchema),
    notes: notesSchema,
    folder: folderSchema,
    tags: tagsSchema,
  }),
);

export const documentSorts = [
  'updated_on',
  'created_on',
  'due_on',
  'document_name',
  'document_state',
  'sponsor_name',
  'editor_name',
  'words',
  'machine_share',
] as const;
export type DocumentSort = (typeof documentSorts)[number];

/** What of all documents a list shows. Without a filter: everything that whoever asks may read. */
export const documentFilterSchema = v.strictObject({
  /** Empty for every state. */
  states: v.pipe(v.array(v.picklist(documentStates)), v.maxLength(documentStates.length)),
  /** Those that this user commissioned. */
  sponsor_id: v.nullable(idSchema),
  /** Those that this user is retained for now. */
  editor_id: v.nullable(idSchema),
  /** `overdue`: past their day and not done; `week`: due within seven days, or overdue. */
  due: v.nullable(v.picklist(['overdue', 'week'])),
  /** Whether only those with versions that did not merge and stand beside the text. */
  has_conflicts: v.boolean(),
});
export type DocumentFilter = v.InferOutput<typeof documentFilterSchema>;

export interface RetentionWithNames extends Retention {
  readonly sponsor_name: string;
  readonly editor_name: string;
}

/** Where in a text a comment was made, and enough around it to find the place again. */
export const commentAnchorSchema = v.strictObject({
  /** The version whose body was in the editor, or on which what was typed builds. */
  version_id: idSchema,
  /** In UTF-16 code units of the text as it was. */
  quote_start: v.pipe(v.number(), v.integer(), v.minValue(0)),
  quote: v.pipe(wellFormed, v.minLength(1), v.maxLength(20_000)),
  /** What stood right before and after the quote, at most 64 code units each. */
  prefix: v.pipe(v.string(), v.maxLength(64)),
  suffix: v.pipe(v.string(), v.maxLength(64)),
});
export type CommentAnchor = v.InferOutput<typeof commentAnchorSchema>;
export const commentBodySchema = v.pipe(
  wellFormed,
  v.trim(),
  v.minLength(1, 'a comment must not be empty'),
  v.maxLength(20_000),
);

export interface Comment {
  readonly id: Id;
  readonly document_id: Id;
  /** The comment that it answers; null for one that begins a thread. */
  readonly thread_id: Id | null;
  readonly comment_body: string;
  readonly anchor: CommentAnchor | null;
  /** For a hand-over note: the state that the document came into with it. */
  readonly document_state: DocumentState | null;
  readonly created_by: Id;
  readonly author_name: string;
  readonly created_on: string;
  /** When its author last changed its words; null for never. */
  readonly edited_on: string | null;
  readonly resolved_on: string | null;
  readonly resolved_by: Id | null;
}

export const noticeKinds = [
  'assigned',
  'drafted',
  'in_review',
  'changes_requested',
  'approved',
  'reopened',
  'comment',
  'due_soon',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Something that a user should know of: made by others, about a document of theirs. */
export interface Notice {
  /** The change that it tells of; for `due_soon` made of the document and its day. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly document_id: Id;
  readonly document_name: string;
  /** Who did it; null where nobody did. */
  readonly actor_name: string | null;
  readonly created_on: string;
  readonly is_read: boolean;
}

export interface NoticePage {
  /** Newest first. */
  readonly notices: readonly Notice[];
  readonly unread: number;
}
