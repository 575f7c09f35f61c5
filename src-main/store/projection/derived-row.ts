import type { Id } from '../../contract/domain.ts';
import type { DerivedTables } from '../database/schema.ts';

/** A row of a derived table. */
export type DerivedRow = {
  [Table in keyof DerivedTables]: { readonly table: Table; readonly row: DerivedTables[Table] };
}[keyof DerivedTables];

/** What a row needs beside the history of its own entity. */
export interface OtherEntities {
  /** What models wrote for a document so far, candidates included. */
  draftTexts(documentId: Id): readonly string[];
  /** Nothing of a document that was purged is shown. */
  isPurged(documentId: Id): boolean;
  /** By the log: the version may have come before its document was purged. */
  documentOfVersion(versionId: Id): Id | null;
  /** The document that an autodoc was tied to. */
  tiedTo(autodocId: Id): Id | null;
}
