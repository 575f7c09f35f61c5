import { AppError } from '../contract/errors.ts';
import type { Endpoint } from './endpoint.ts';

/** What to fetch: a repository of the hub at a branch, a tag or a commit. */
export interface RepositoryReference {
  /** `owner/name`, or the bare `name` of one of the hub's first models. */
  readonly repository: string;
  readonly revision: string;
}

const mainBranch = 'main';
const namePart = /^[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?$/;
const maxNameLength = 96;
const revisionPattern = /^[A-Za-z0-9_][\w./+-]*$/;
const maxRevisionLength = 200;

/** The last part of a repository's name: what a model is called unless somebody names it. */
export function ownName(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}

/** Whether a text can be a repository's name, by the hub's rules. */
export function isRepositoryName(text: string): boolean {
  const parts = text.split('/');
  return (
    parts.length <= 2 &&
    text.length <= 2 * maxNameLength + 1 &&
    parts.every(
      (part) => namePart.test(part) && part.length <= maxNameLength && !/--|\.\./.test(part),
    )
  );
}

/**
 * A repository by its name or by the address of its page. Throws `invalid_input`.
 *
 * @param revision null for the main branch
 */
export function parseReference(
  name: string,
  revision: string | null,
  endpoint: Endpoint,
): RepositoryReference {
  const page = `${endpoint.url}/`;
  const repository = (name.startsWith(page) ? name.slice(page.length) : name).replace(/\/$/, '');
  if (!isRepositoryName(repository)) {
    throw new AppError(
      'invalid_input',
      'This is not the name of a repository. Nothing was fetched. A name looks like ' +
        '"openai-community/gpt2".',
    );
  }
  const chosen = revision ?? mainBranch;
  const isRevision =
    revisionPattern.test(chosen) &&
    chosen.length <= maxRevisionLength &&
    !/\.\.|\/\/|\/$/.test(chosen);
  if (!isRevision) {
    throw new AppError(
      'invalid_input',
      'This is not a branch, a tag or a commit. Nothing was fetched. Leave it away for the main branch.',
    );
  }
  return { repository, revision: chosen };
}
