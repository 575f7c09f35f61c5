import type { DocumentPage } from '../contract/channels.ts';
import type {
  AutodocState,
  AutodocWithDocument,
  Candidate,
  Document,
  DocumentState,
  DraftParameters,
  Id,
  JournalEntry,
  Retention,
  User,
  UserStatus,
  UserType,
  Version,
  VersionWithBody,
} from '../contract/domain.ts';

/*
 * The one typed interface in front of the database. Everything is synchronous: better-sqlite3
 * is, a query here takes microseconds to a few milliseconds, and a transaction that cannot
 * be interleaved is one that cannot be half-seen. Every method throws `AppError` with
 * `store_*` or `disk_full` codes when SQLite refuses.
 */

export interface LibraryStore {
  readonly directory: string;
  readonly libraryId: Id;
  readonly replicaId: Id;
  /** What opening did that a person should know: a backup made, an index rebuilt. */
  readonly notices: readonly string[];

  /**
   * One transaction: appends changes to the log in the name of `actorId` and updates the
   * derived rows. All of it is durable when this returns, or none of it.
   */
  write<T>(actorId: Id, work: (transaction: StoreTransaction) => T): T;

  readonly users: {
    get(userId: Id): User | null;
    /** Oldest first. */
    list(): readonly User[];
  };
  readonly documents: {
    get(documentId: Id): Document | null;
    /** The versions that no other version supersedes; newest first. */
    headVersionIds(documentId: Id): readonly Id[];
    /** Last changed first; with a query, best match first (names, bodies and autodocs). */
    list(options: DocumentQuery): DocumentPage;
  };
  readonly retentions: {
    get(retentionId: Id): Retention | null;
    /** Of a document, newest first, those that have ended too. */
    list(documentId: Id): readonly Retention[];
  };
  readonly versions: {
    get(versionId: Id): VersionWithBody | null;
    /** Newest first. */
    list(documentId: Id): readonly Version[];
  };
  readonly autodocs: {
    get(autodocId: Id): AutodocWithDocument | null;
    /** Newest first; of every document when no id is given. */
    list(documentId?: Id): readonly AutodocWithDocument[];
    /** The new tokens of a draft's text as they were written; empty where they are not known. */
    tokenIds(autodocId: Id): readonly number[];
    /** Queued by this replica, oldest first: the order they will be drafted in. */
    queue(): readonly AutodocWithDocument[];
  };
  /** Autosaved text, in `state.db`: this machine's alone. */
  readonly journal: {
    put(documentId: Id, entry: Omit<JournalEntry, 'saved_on'>): JournalEntry;
    get(documentId: Id): JournalEntry | null;
    remove(documentId: Id): void;
    documentIds(): readonly Id[];
  };
  /** Who does a piece of work, across processes on this machine. In `state.db`. */
  readonly leases: {
    /** True when `holder` now has it: it was free, expired, or already theirs (then it is renewed). */
    acquire(name: string, holder: string, ttlMs: number): boolean;
    release(name: string, holder: string): void;
  };
  /** Values of this machine alone (settings, window state), as JSON. In `state.db`. */
  readonly values: {
    get(key: string): unknown;
    set(key: string, value: unknown): void;
  };

  /** Grows when another process on this machine wrote to either file: cheap to ask often. */
  otherWriterVersion(): number;
  /** Integrity of both files, a hash of every change, derived rows equal to the log. */
  verify(): StoreReport;
  /** Makes the derived tables and the search index anew from the log. */
  rebuild(): StoreReport;
  close(): void;
}

export interface DocumentQuery {
  readonly query: string;
  readonly place: 'library' | 'trash';
  readonly offset: number;
  readonly limit: number;
}

export interface StoreReport {
  readonly ok: boolean;
  readonly changes: number;
  readonly documents: number;
  readonly autodocs: number;
  readonly versions: number;
  /** What is wrong, one line each, empty when all is well. Ids and counts, never text. */
  readonly problems: readonly string[];
}

export interface StoreTransaction {
  createUser(user: NewUser): User;
  /** The document, its first version included. */
  createDocument(document: NewDocument): { readonly document: Document; readonly version: Version };
  /** A new version on top of `parents`, the versions its author saw. */
  saveBody(documentId: Id, documentBody: string, parents: readonly Id[]): Version;
  updateDocument(documentId: Id, fields: DocumentFields): Document;
  /** Records that a sponsor retained an editor for a document. */
  retain(retention: NewRetention): Retention;
  /** Ends a retention, which stays in the history. One that has ended stays as it is. */
  endRetention(retentionId: Id, endedOn: string): Retention;
  /** A queued autodoc and the revision that ties it to its document. */
  queueAutodoc(autodoc: NewAutodoc): AutodocWithDocument;
  /** The one end of an autodoc. Throws `invalid_input` if it already has one. */
  finishAutodoc(autodocId: Id, outcome: AutodocOutcome): AutodocWithDocument;
}

export interface NewUser {
  /** For the first user of a library, who makes themselves: the actor's own id. Else a new one. */
  readonly id?: Id;
  readonly name: string;
  readonly email: string;
  readonly organization: string;
  readonly user_type: UserType;
  readonly user_status: UserStatus;
}

export interface NewDocument {
  readonly document_name: string;
  readonly document_body: string;
}

export interface NewRetention {
  readonly sponsor_id: Id;
  readonly editor_id: Id;
  readonly document_id: Id;
}

export interface DocumentFields {
  readonly document_name?: string;
  readonly document_state?: DocumentState;
  readonly folder?: string;
  readonly tags?: readonly string[];
  readonly brief?: string;
  readonly due_on?: string | null;
  readonly trashed_on?: string | null;
}

export interface NewAutodoc {
  readonly document_id: Id;
  readonly version_id: Id;
  readonly model_name: string;
  readonly parameters: DraftParameters;
  readonly seed: number;
}

export interface AutodocOutcome {
  readonly autodoc_state: Exclude<AutodocState, 'queued'>;
  readonly autodoc_body: string;
  readonly failure: string | null;
  readonly prompt_start: number | null;
  readonly prompt_end: number | null;
  readonly model_sha256: string | null;
  readonly device: string | null;
  readonly variant: string | null;
  readonly tokens: number | null;
  readonly score: number | null;
  readonly duration_ms: number | null;
  /** Best first, the first being the text; empty where only one was asked for. */
  readonly candidates: readonly Candidate[];
  /** The new tokens that the text was written in, what was cut off at its end left out. */
  readonly token_ids: readonly number[];
}
