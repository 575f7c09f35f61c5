import { aDocument, may, type Principal } from '../../access/authorize.ts';
import type { AutodocWithDocument, Id } from '../../contract/domain.ts';
import { factsOf } from '../document-access.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { ModelShelf } from '../model-shelf.ts';

/** A draft to write, and in whose name. */
export interface DraftToWrite {
  readonly autodoc: AutodocWithDocument;
  readonly authorId: Id;
}

export interface TakeOverOptions {
  readonly library: LibraryHandle;
  readonly models: ModelShelf;
  /** Who works here now. */
  readonly principal: () => Principal;
  readonly takeOverMs: number;
}

/** So often in the time that a draft waits is looked whether one has waited long enough. */
const looksPerWait = 100;

/**
 * Finds drafts that another machine said it would write and has not: each is written once, by the
 * machine that saved its version, but nobody waits for a machine that is gone for good. Theirs
 * only whose document the member who works here may draft, with a model that is here.
 */
export function createTakeOver(options: TakeOverOptions): () => Promise<DraftToWrite | null> {
  const { library, models, principal, takeOverMs } = options;
  let lookAgainAt = -Infinity;

  return async () => {
    if (performance.now() < lookAgainAt) return null;
    const waited = library.store().autodocs.queuedElsewhere({ waitedMs: takeOverMs });
    for (const autodoc of waited) {
      const authorId = drafterOf(autodoc.document_id);
      // It would fail for want of a model, for everybody.
      if (authorId === null || !(await models.has(autodoc.model_name))) continue;
      return { autodoc, authorId };
    }
    lookAgainAt = performance.now() + takeOverMs / looksPerWait;
    return null;
  };

  function drafterOf(documentId: Id): Id | null {
    const member = principal();
    if (member.kind !== 'owner' && member.kind !== 'user') return null;
    const store = library.store();
    const document = store.documents.get(documentId);
    if (document?.trashed_on !== null) return null;
    const mayDraft = may(member, 'autodoc:draft', aDocument(factsOf(store, document)));
    return mayDraft ? member.user.id : null;
  }
}
