import type { Id } from '../../../src-main/contract/domain.ts';
import type { Comment } from '../../../src-main/contract/work.ts';

/** A comment with what was answered to it. */
export interface Thread {
  readonly id: Id;
  /** What begins it; where that was removed, the first answer that is left. */
  readonly first: Comment;
  /** Oldest first. */
  readonly answers: readonly Comment[];
  readonly isResolved: boolean;
}

export const threadFilters = ['open', 'resolved', 'all'] as const;
export type ThreadFilter = (typeof threadFilters)[number];

export interface ArrangedThreads {
  /** In the order of the text. */
  readonly placed: readonly Thread[];
  /** Whose passage is in the text no more. */
  readonly orphaned: readonly Thread[];
  /** About the whole document. */
  readonly general: readonly Thread[];
}

/** The comments of a document, oldest first, as threads. */
export function threadsOf(comments: readonly Comment[]): readonly Thread[] {
  const byThread = Map.groupBy(comments, ({ id, thread_id }) => thread_id ?? id);
  return [...byThread].flatMap(([id, members]) => {
    const first = members.find((comment) => comment.id === id) ?? members[0];
    if (first === undefined) return [];
    const answers = members.filter((comment) => comment !== first);
    return [{ id, first, answers, isResolved: first.resolved_on !== null }];
  });
}

/** Threads by where the text is that they are about. */
export function arrange(
  threads: readonly Thread[],
  places: ReadonlyMap<Id, { readonly from: number }>,
): ArrangedThreads {
  const anchored = threads.filter(({ first }) => first.anchor !== null);
  const startOf = ({ id }: Thread): number => places.get(id)?.from ?? 0;
  return {
    placed: anchored
      .filter(({ id }) => places.has(id))
      .sort((one, other) => startOf(one) - startOf(other)),
    orphaned: anchored.filter(({ id }) => !places.has(id)),
    general: threads.filter(({ first }) => first.anchor === null),
  };
}
