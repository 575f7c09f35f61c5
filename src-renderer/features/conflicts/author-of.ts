import type { Conflict, Id } from '../../../src-main/contract/domain.ts';

/**
 * Whether the version that stands beside a text is that of whoever looks: what is in the text was
 * then saved by somebody else, a moment earlier.
 */
export function isOwn({ created_by }: Pick<Conflict, 'created_by'>, userId: Id | null): boolean {
  return created_by === userId;
}

/** Whose a version is that stands beside the text, above it. */
export function authorOf(conflict: Conflict, userId: Id | null): string {
  return isOwn(conflict, userId) ? 'Your version' : conflict.author_name;
}

/** The same as a sentence's beginning. */
export function whoWrote(conflict: Conflict, userId: Id | null): string {
  return isOwn(conflict, userId)
    ? 'Another version was saved at the same time as yours'
    : `${conflict.author_name} wrote at the same time`;
}
