import { uuidv7 } from 'uuidv7';
import { authorize, theLibrary, type Principal } from '../../access/authorize.ts';
import type { Id } from '../../contract/domain.ts';
import type { LibraryStore } from '../../store/types.ts';
import { authorizeDocument } from '../document-access.ts';
import { settingsKey } from '../settings.ts';
import { systemUserName } from '../system-user-name.ts';
import { sharedKeys, type Member } from './shared-values.ts';

/*
 * What a new library of this machine knows from its first moment on: it may lose power before
 * anybody has opened it.
 */

interface Beginning {
  readonly title: string;
  /** By which it is shared; null for not at all. */
  readonly file: string | null;
  readonly member: Member | null;
  /** The earlier team file that it is made from. */
  readonly restoredFrom?: string;
}

/** Its machine values. This machine's settings are the same in it as in `present`. */
export function valuesOf(
  { title, file, member, restoredFrom }: Beginning,
  present: LibraryStore | null,
): Readonly<Record<string, unknown>> {
  const settings = present?.values.get(settingsKey) ?? null;
  return {
    [sharedKeys.title]: title,
    ...(file !== null && { [sharedKeys.file]: file }),
    ...(member !== null && { [sharedKeys.member]: member }),
    ...(restoredFrom !== undefined && { [sharedKeys.restored]: restoredFrom }),
    ...(settings !== null && { [settingsKey]: settings }),
  };
}

/** Whoever joins a team comes as a user of their own. */
export function newMember(name: string): Member {
  return { id: uuidv7(), name: name.trim() || systemUserName() };
}

/** Whoever makes a team file of their documents stays who they are. */
export function sameMember(principal: Principal, name: string): Member {
  if (!('user' in principal)) return newMember(name);
  const { id, name: present } = principal.user;
  return { id, name: name.trim() || present };
}

/** Throws unless the principal may read what is to go into a team file; null for everything. */
export function authorizeGoingIn(
  principal: Principal,
  store: LibraryStore,
  documentIds: readonly Id[] | null,
): void {
  authorize(principal, 'team:manage', theLibrary);
  for (const id of documentIds ?? []) authorizeDocument(principal, 'document:read', store, id);
  // Before it has members there is nothing in it that could be somebody's.
  const isAll = documentIds === null && principal.kind !== 'visitor';
  if (isAll) authorize(principal, 'library:export', theLibrary);
}
