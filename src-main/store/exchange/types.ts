import type { Id } from '../../contract/domain.ts';
import type {
  AutodocsTable,
  ChangesTable,
  CommentsTable,
  DocumentsTable,
  RetentionsTable,
  RevisionsTable,
  UserDevicesTable,
  UsersTable,
  VersionsTable,
} from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { Author } from '../log/change-log.ts';

/** A change as it leaves a library and comes into another: with its value decoded. */
export interface ExchangedChange extends Omit<ChangesTable, 'parents' | 'value' | 'base_id'> {
  readonly parents: readonly Id[];
  /** Undefined where it was purged. */
  readonly value: JsonValue | undefined;
}

/** The derived rows of what is exchanged, each kind in the order of its ids. */
export interface ExchangedRecords {
  readonly users: Iterable<Omit<UsersTable, 'search_text'>>;
  readonly user_devices: Iterable<UserDevicesTable>;
  readonly documents: Iterable<DocumentsTable>;
  readonly retentions: Iterable<RetentionsTable>;
  readonly versions: Iterable<VersionsTable>;
  readonly autodocs: Iterable<AutodocsTable>;
  readonly revisions: Iterable<RevisionsTable>;
  readonly comments: Iterable<CommentsTable>;
}

export interface TakenChanges {
  readonly taken: number;
  /** Here already. */
  readonly known: number;
  /** Here with other contents: kept aside. */
  readonly collided: number;
}

export interface ExchangeStore {
  /** Where the log ends: another number once something was written. */
  mark(): number;
  /**
   * The changes of a document and of whom it names, or of the whole library, in (hlc, id) order,
   * without those that were refused.
   */
  changesOf(documentId: Id | null): Iterable<ExchangedChange>;
  /** The rows that these changes give. */
  records(documentId: Id | null): ExchangedRecords;
  /**
   * Takes changes as they come from elsewhere, by their ids: all of them or none. Where accounts
   * are on, `author` vouches for them in a change of their own.
   * `check` looks at the outcome inside the transaction, and undoes it all by throwing.
   */
  take(author: Author, changes: Iterable<ExchangedChange>, check?: () => void): TakenChanges;
}
