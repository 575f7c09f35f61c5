import type { Autodoc, Document, Id, Version } from './domain.ts';

export interface SavedDocument {
  readonly document: Document;
  readonly version: Version;
  readonly head_version_ids: readonly Id[];
  /** The draft that was queued with this save, if one was. */
  readonly autodoc: Autodoc | null;
}
