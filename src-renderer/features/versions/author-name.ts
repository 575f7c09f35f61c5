import type { User, Version } from '../../../src-main/contract/domain.ts';

/** Who wrote a version, for people: "You" where one has no name. */
export function authorName({ created_by, author_name }: Version, me: User | null): string {
  if (author_name !== '') return author_name;
  return created_by === me?.id ? 'You' : 'Someone else';
}
