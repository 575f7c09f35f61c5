import type { Id, UserType } from '../../../src-main/contract/domain.ts';
import type { DocumentSort } from '../../../src-main/contract/work.ts';

/** Who looks: an `owner` has a library without accounts to themselves. */
export interface Viewer {
  readonly role: UserType | 'owner';
  readonly userId: Id | null;
}

export interface Sorting {
  readonly by: DocumentSort;
  readonly direction: 'asc' | 'desc';
}

export interface HomeKind {
  readonly title: string;
  /** Whose documents: those that this user commissioned, or is retained for; null for all. */
  readonly sponsorId: Id | null;
  readonly editorId: Id | null;
  readonly sorting: Sorting;
  /** Whose name stands in the list beside a document's; null where there is nobody else. */
  readonly person: 'editor' | 'sponsor' | null;
}

const lastChangedFirst: Sorting = { by: 'updated_on', direction: 'desc' };

/** What a viewer's home shows. The main process shows nobody more than they may read. */
export function homeOf({ role, userId }: Viewer): HomeKind {
  switch (role) {
    case 'sponsor':
      return {
        title: 'Your commissions',
        sponsorId: userId,
        editorId: null,
        sorting: lastChangedFirst,
        person: 'editor',
      };
    case 'editor':
      return {
        title: 'Your work',
        sponsorId: null,
        editorId: userId,
        sorting: { by: 'due_on', direction: 'asc' },
        person: 'sponsor',
      };
    case 'admin':
    case 'owner':
      return {
        title: 'All documents',
        sponsorId: null,
        editorId: null,
        sorting: lastChangedFirst,
        person: role === 'admin' ? 'editor' : null,
      };
  }
}
