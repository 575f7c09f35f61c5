import * as v from 'valibot';

/*
 * The records of the product, under the names of their columns (DATA: users, documents,
 * retentions, autodocs, revisions, versions). One vocabulary from SQLite to JSON to the
 * screen: nothing is renamed on the way.
 *
 * Times are ISO 8601 in UTC with milliseconds. Ids are UUIDv7 in lower case.
 */

/** Longest accepted body, in UTF-16 code units: a book of 1,500 pages is about 5 million. */
export const maxBodyLength = 20_000_000;
export const maxNameLength = 10_000;

export const idSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'not a UUID'),
);
export type Id = string;

/** Text that SQLite and JSON can hold whole: no NUL, no half of a surrogate pair. */
export const wellFormed = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed() && !text.includes('\0'), 'not well-formed text'),
);
export const documentNameSchema = v.pipe(
  wellFormed,
  v.trim(),
  v.minLength(1, 'a name must not be empty'),
  v.maxLength(maxNameLength),
);
export const documentBodySchema = v.pipe(wellFormed, v.maxLength(maxBodyLength));

export const userTypes = ['admin', 'sponsor', 'editor'] as const;
export type UserType = (typeof userTypes)[number];
export const userStatuses = ['pending', 'approved', 'rejected', 'suspended'] as const;
export type UserStatus = (typeof userStatuses)[number];

export interface User {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
  readonly organization: string;
  readonly user_type: UserType;
  readonly user_status: UserStatus;
  readonly created_on: string;
  readonly last_login: string | null;
}

/** What may be done to a document; which of it by whom and when is the access table's. */
export const documentOperations = [
  'document:read',
  'document:write',
  'document:describe',
  'document:trash',
  'document:retain',
  'document:start',
  'document:submit',
  'document:request_changes',
  'document:approve',
  'document:reopen',
  'document:archive',
  'document:unarchive',
  'autodoc:draft',
  'autodoc:cancel',
  'comment:write',
  'document:purge',
] as const;
export type DocumentOperation = (typeof documentOperations)[number];

export const documentStates = [
  'draft',
  'assigned',
  'in_edit',
  'in_review',
  'changes_requested',
  'approved',
  'archived',
] as const;
export type DocumentState = (typeof documentStates)[number];

/** A text that a sponsor attaches for the editor: sources, rules, an earlier letter. */
export interface DocumentNote {
  readonly title: string;
  readonly text: string;
}

export interface Document {
  readonly id: Id;
  readonly document_name: string;
  /** Markdown. */
  readonly document_body: string;
  readonly document_state: DocumentState;
  readonly folder: string;
  readonly tags: readonly string[];
  /** What the sponsor wants. */
  readonly brief: string;
  /** A day, as `2026-12-24`. */
  readonly due_on: string | null;
  /** How long the text should get, in words. */
  readonly target_words: number | null;
  readonly notes: readonly DocumentNote[];
  /** The sponsor: who commissioned it. */
  readonly created_by: Id;
  readonly created_on: string;
  readonly updated_on: string;
  readonly trashed_on: string | null;
}

/** A document as a list shows it: never its whole body. */
export interface DocumentSummary extends Omit<Document, 'document_body' | 'notes'> {
  /** The first 200 characters of the body, or the passage that matched a query. */
  readonly excerpt: string;
  readonly words: number;
  readonly sponsor_name: string;
  /** Who is retained for it now; null where nobody is. */
  readonly editor_id: Id | null;
  readonly editor_name: string | null;
  /** The first 200 characters of the latest autodoc; null where none is done. */
  readonly draft_excerpt: string | null;
  /** The part of its words that stand as a model wrote them, 0 to 1. */
  readonly machine_share: number;
  /** Comments that nobody has resolved. */
  readonly open_comments: number;
  /** Versions that stand beside the text, because they did not merge. */
  readonly conflicts: number;
}

/** A document in a list, with what whoever asks may do to it as it stands. */
export interface ListedDocument extends DocumentSummary {
  readonly allowed: readonly DocumentOperation[];
}

/** A version that stands beside a document's text. */
export interface Conflict {
  /** The version. */
  readonly id: Id;
  readonly document_id: Id;
  readonly created_by: Id;
  readonly author_name: string;
  readonly created_on: string;
}

/** A document as the editor opens it. */
export interface OpenDocument {
  readonly document: Document;
  readonly sponsor: User | null;
  /** Who is retained for it now. */
  readonly editor: User | null;
  /** What whoever asks may do to it as it stands. The main process decides again at each call. */
  readonly allowed: readonly DocumentOperation[];
  /** The version that this user last looked at on this machine; null where they never did. */
  readonly seen_version_id: Id | null;
  /** The versions that are not superseded; more than one when two writers saved at once. */
  readonly head_version_ids: readonly Id[];
  /** Those of them that did not merge and stand beside the text, oldest first. */
  readonly conflicts: readonly Conflict[];
  /** Text kept by autosave that is not yet a version; null when there is none. */
  readonly journal: JournalEntry | null;
}

export interface JournalEntry {
  readonly document_body: string;
  /** The versions this text was typed on top of. */
  readonly base_version_ids: readonly Id[];
  readonly saved_on: string;
}

export interface Retention {
  readonly id: Id;
  readonly sponsor_id: Id;
  readonly editor_id: Id;
  readonly document_id: Id;
  readonly created_on: string;
  readonly ended_on: string | null;
}

/** `queued` covers waiting and being written: which of the two is known from the engine, not the store. */
export const autodocStates = ['queued', 'done', 'failed', 'cancelled'] as const;
export type AutodocState = (typeof autodocStates)[number];

export interface Autodoc {
  readonly id: Id;
  /** The continuation alone. For a draft that failed or was cancelled: what had been written. */
  readonly autodoc_body: string;
  readonly autodoc_state: AutodocState;
  /** Why a draft failed, for people; null otherwise. */
  readonly failure: string | null;
  /** The version of the document that was read. */
  readonly version_id: Id;
  /** The part of that version's body that was the prompt, in UTF-16 code units; null until drafted. */
  readonly prompt_start: number | null;
  readonly prompt_end: number | null;
  readonly model_name: string;
  readonly model_sha256: string | null;
  /** What was asked for: strategy and every parameter by its Hugging Face name. */
  readonly parameters: DraftParameters;
  readonly seed: number;
  /** Where it really ran; null until drafted. */
  readonly device: string | null;
  readonly variant: string | null;
  /** New tokens written. */
  readonly tokens: number | null;
  /** Beams: the reference's `sequences_scores`; otherwise the mean log-probability of the new tokens. */
  readonly score: number | null;
  readonly duration_ms: number | null;
  /** Best first, the first one being `autodoc_body`; empty where only one text was asked for. */
  readonly candidates: readonly Candidate[];
  readonly created_by: Id;
  readonly created_on: string;
}

/** By parameter name; a list holds texts, or texts with a bias. */
export type DraftParameters = Readonly<
  Record<
    string,
    number | boolean | string | null | readonly (string | { text: string; bias: number })[]
  >
>;

/** How a candidate ranks among those drafted with it. */
export interface CandidateRanking {
  /** Mean log-probability of its new tokens, as the model gave it. */
  readonly mean_log_prob: number;
  /** Share of its n-grams that are distinct, 0 to 1: repetition lowers it. */
  readonly distinct: number;
  /** How much likelier the prompt makes it than no prompt does, per token: fit to the prompt. */
  readonly fit: number;
  /** What the order comes from: higher is better. */
  readonly total: number;
}

/** One of several texts that a draft found. */
export interface Candidate {
  readonly autodoc_body: string;
  readonly tokens: number;
  readonly score: number;
  /** Null where the candidates were not reranked. */
  readonly ranking: CandidateRanking | null;
}

/** One token of a draft with what else the model thought of there. */
export interface TokenProbability {
  readonly token_id: number;
  /** The token as text; a part of a character is shown as U+FFFD. */
  readonly text: string;
  /** Natural logarithm. */
  readonly log_prob: number;
  /** Likeliest first. */
  readonly alternatives: readonly {
    readonly token_id: number;
    readonly text: string;
    readonly log_prob: number;
  }[];
}

/** An autodoc with the document it was drafted for. */
export interface AutodocWithDocument extends Autodoc {
  readonly document_id: Id;
}

export interface Version {
  readonly id: Id;
  readonly document_id: Id;
  readonly parents: readonly Id[];
  readonly created_by: Id;
  readonly author_name: string;
  readonly created_on: string;
  /** Why it counts for nothing: its author was not entitled to it. Its text is kept. Null: it counts. */
  readonly refused: string | null;
}

export interface VersionWithBody extends Version {
  readonly document_body: string;
}
