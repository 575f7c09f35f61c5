import type { ConflictView } from '../contract/conflicts.ts';
import type { AuditFilter, AuditPage } from '../contract/audit.ts';
import type {
  AutodocState,
  AutodocWithDocument,
  Candidate,
  Conflict,
  Document,
  DocumentNote,
  DocumentState,
  DocumentSummary,
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
import type { UserDevice, UserDeviceStatus, UserPage } from '../contract/people.ts';
import type {
  Comment,
  CommentAnchor,
  DocumentFilter,
  DocumentSort,
  Notice,
  RetentionWithNames,
} from '../contract/work.ts';
import type { ExchangeStore } from './exchange/types.ts';
import type { Author } from './log/change-log.ts';
import type { TeamStore } from './taking/types.ts';

export type { Author } from './log/change-log.ts';

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
   * One transaction: appends changes to the log in the name of `author`, signed where they sign,
   * and updates the derived rows. All of it is durable when this returns, or none of it. Throws
   * `not_allowed` when a change would not count.
   */
  write<T>(author: Author, work: (transaction: StoreTransaction) => T): T;

  /** Whether this library asks people to sign in, and everything to be signed. */
  accountsAreOn(): boolean;
  readonly users: {
    get(userId: Id): User | null;
    /** The oldest: the owner of an open library. */
    first(): User | null;
    /** Those with this address, oldest first: two machines may have registered it at once. */
    byEmail(email: string): readonly User[];
    /** Oldest first. */
    list(): readonly User[];
    /** By name. */
    page(query: UserQuery): UserPage;
    device(deviceId: Id): UserDevice | null;
    /** Oldest first. */
    devices(userId: Id): readonly UserDevice[];
  };
  readonly documents: {
    get(documentId: Id): Document | null;
    /** The versions that no other version supersedes; newest first. */
    headVersionIds(documentId: Id): readonly Id[];
    /** Those of them that the text is made of: without what stands beside it. Newest first. */
    shownVersionIds(documentId: Id): readonly Id[];
    /** Last changed first; with a query, best match first (names, bodies and autodocs). */
    list(options: DocumentQuery): {
      readonly documents: readonly DocumentSummary[];
      /** How many match, on all pages. */
      readonly total: number;
      /** How many of that place have conflicts, whatever the filter and the words sought. */
      readonly conflicted: number;
    };
  };
  readonly retentions: {
    get(retentionId: Id): Retention | null;
    /** The one that has not ended. */
    present(documentId: Id): Retention | null;
    /** Of a document, newest first, those that have ended too. */
    list(documentId: Id): readonly RetentionWithNames[];
  };
  readonly comments: {
    /** Null for one that was removed, too. */
    get(commentId: Id): Comment | null;
    /** Of a document, oldest first. */
    list(documentId: Id): readonly Comment[];
  };
  readonly userNotices: {
    /** What a user should know of, newest first: at most a few hundred, none older than two months. */
    list(query: NoticeQuery): readonly Notice[];
    /** Everything that there is now counts as read by this user on this machine. */
    markRead(userId: Id, notices: readonly Notice[]): void;
  };
  readonly audit: {
    /** Newest first. */
    page(query: AuditQuery): AuditPage;
  };
  readonly exchange: ExchangeStore;
  readonly team: TeamStore;
  /** What two machines compare by voice: sixteen hexadecimal digits in groups of four. */
  fingerprint(): string;
  /**
   * Says that the team file has the change that switched accounts on here: from now on no other
   * takes its place. Called after each publish.
   */
  pinSwitch(): void;
  /** Whether somebody else switched accounts on, too: what they did since counts for nothing here. */
  hasRivalSwitch(): boolean;
  readonly conflicts: {
    /** The versions that stand beside a document's text, oldest first. */
    list(documentId: Id): readonly Conflict[];
    /** The first of them in pieces against the text; null where none does. */
    view(documentId: Id): ConflictView | null;
  };
  readonly versions: {
    get(versionId: Id): VersionWithBody | null;
    /** Newest first. */
    list(documentId: Id): readonly Version[];
    /** A text that counts for nothing, because its author, a member, was not entitled to it. */
    getRefused(versionId: Id): VersionWithBody | null;
    /** Of a document, newest first. */
    listRefused(documentId: Id): readonly Version[];
  };
  readonly autodocs: {
    get(autodocId: Id): AutodocWithDocument | null;
    /** Newest first; of every document when no id is given. */
    list(documentId?: Id): readonly AutodocWithDocument[];
    /** The new tokens of a draft's text as they were written; empty where they are not known. */
    tokenIds(autodocId: Id): readonly number[];
    /** Queued by this replica, oldest first: the order they will be drafted in. */
    queue(options?: {
      readonly limit?: number;
      /** Only what these users asked for. */
      readonly createdBy?: readonly Id[];
    }): readonly AutodocWithDocument[];
    /**
     * Queued by other machines, and known here to be for `waitedMs` by this machine's clock; oldest
     * first. What waits for less is remembered from this call on.
     */
    queuedElsewhere(options: { readonly waitedMs: number }): readonly AutodocWithDocument[];
    queueLength(): number;
    /** Who waits for something in it. */
    queuedBy(): readonly Id[];
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
  /** What this machine alone knows of those who sign in at it. In `state.db`. */
  readonly keyring: {
    /** A user's private keys as they are kept here, encrypted, the newest first. */
    keys(userId: Id): readonly WrappedKey[];
    putKey(key: WrappedKey): void;
    /** Wrong passwords in a row. */
    failures(account: string): { readonly failures: number; readonly last_failed_at_ms: number };
    putFailures(account: string, failures: number, nowMs: number): void;
  };
  /** Which version of a document a user last looked at on this machine. In `state.db`. */
  readonly seenVersions: {
    get(userId: Id, documentId: Id): Id | null;
    put(userId: Id, documentId: Id, versionId: Id): void;
  };
  /** Values of this machine alone (settings, window state), as JSON. In `state.db`. */
  readonly values: {
    get(key: string): unknown;
    set(key: string, value: unknown): void;
  };

  /**
   * After a purge: takes what is left of the document out of this machine's files, autosaved text
   * and copies of the library included. Answers the copies that may still have it, as they could
   * not be written to. Takes about a second for 100 MB.
   */
  eraseTraces(): readonly string[];

  /** Grows when another process on this machine wrote to either file: cheap to ask often. */
  otherWriterVersion(): number;
  /** Integrity of both files, a hash of every change, derived rows equal to the log. */
  verify(): StoreReport;
  /** Makes the derived tables and the search index anew from the log. */
  rebuild(): StoreReport;
  close(): void;
}

export interface WrappedKey {
  readonly device_id: Id;
  readonly user_id: Id;
  /** JSON of services/accounts: nothing here looks into it. */
  readonly wrapped_key: string;
}

interface Page {
  readonly offset: number;
  readonly limit: number;
}

export interface DocumentQuery extends Page {
  readonly query: string;
  readonly place: 'library' | 'trash';
  /** Only what this user commissioned or is retained for now; null for everything. */
  readonly visible_to: Id | null;
  readonly filter?: DocumentFilter | undefined;
  readonly sort?: { readonly by: DocumentSort; readonly direction: 'asc' | 'desc' } | undefined;
}

export interface UserQuery extends Page {
  readonly query: string;
  readonly user_status: UserStatus | null;
  readonly user_type: UserType | null;
}

export interface NoticeQuery {
  readonly user_id: Id;
  readonly now_ms: number;
}

export interface AuditQuery extends Page, AuditFilter {}

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
  updateUser(userId: Id, fields: UserFields): User;
  /**
   * Empties a document of all its words, whatever comes of it later included. Answers how many
   * values went.
   */
  purgeDocument(documentId: Id): number;
  /** Switches accounts on. The author's account and machine are in the library by then. */
  switchAccountsOn(): void;
  addUserDevice(device: NewUserDevice): UserDevice;
  setDeviceStatus(deviceId: Id, status: UserDeviceStatus): UserDevice;
  /** Says what the machine that writes this calls itself, where it has not said so. */
  nameReplica(name: string): void;
  createComment(comment: NewComment): Comment;
  updateComment(commentId: Id, fields: CommentFields): void;
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

export type UserFields = Partial<
  Pick<User, 'name' | 'email' | 'organization' | 'user_type' | 'user_status' | 'last_login'>
>;

export interface NewUserDevice {
  readonly id?: Id;
  readonly user_id: Id;
  readonly device_name: string;
  /** Ed25519, as SPKI in base64. */
  readonly public_key: string;
}

export interface NewDocument extends Pick<
  DocumentFields,
  'brief' | 'due_on' | 'target_words' | 'notes' | 'folder' | 'tags'
> {
  /** For a document that is found again by what it was made of. Else a new one. */
  readonly id?: Id;
  readonly document_name: string;
  readonly document_body: string;
}

export interface NewComment {
  readonly document_id: Id;
  readonly thread_id: Id | null;
  readonly comment_body: string;
  readonly anchor: CommentAnchor | null;
  readonly document_state: DocumentState | null;
}

export interface CommentFields {
  readonly comment_body?: string | undefined;
  readonly is_resolved?: boolean | undefined;
  readonly removed_on?: string | undefined;
}

export interface NewRetention {
  readonly sponsor_id: Id;
  readonly editor_id: Id;
  readonly document_id: Id;
}

export interface DocumentFields {
  readonly document_name?: string;
  /** What an approval saw: the document's heads. Given with the state. */
  readonly approved_versions?: readonly Id[];
  readonly document_state?: DocumentState;
  readonly folder?: string;
  readonly tags?: readonly string[];
  readonly brief?: string;
  readonly due_on?: string | null;
  readonly target_words?: number | null;
  readonly notes?: readonly DocumentNote[];
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
