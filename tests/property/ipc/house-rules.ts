import { aDocument, may, type Principal } from '../../../src-main/access/authorize.ts';
import type { ChannelName } from '../../../src-main/contract/channels.ts';
import type { Id, User } from '../../../src-main/contract/domain.ts';
import { errorCodes } from '../../../src-main/contract/errors.ts';
import { factsOf } from '../../../src-main/services/document-access.ts';
import type { LibraryHandle } from '../../../src-main/services/library-handle.ts';
import { openReplica } from '../../fixtures/store/replicas.ts';

/*
 * What holds of every answer, whoever asks for whatever. Each rule answers what is wrong, or null.
 */

/** What a library is before a call. */
export interface Moment {
  readonly mark: number;
  readonly users: ReadonlyMap<Id, User>;
  readonly principal: Principal;
}

export function look(library: LibraryHandle, principal: Principal): Moment {
  const store = library.exists() ? library.store() : null;
  const users = new Map((store?.users.list() ?? []).map((user) => [user.id, user]));
  return { mark: store?.exchange.mark() ?? 0, users, principal };
}

/** An envelope as the contract has it; of an error, a code that is for programs and no bug. */
export function envelopeProblem(answer: unknown): string | null {
  try {
    structuredClone(answer);
  } catch {
    return 'an answer that cannot leave the process';
  }
  const { ok, value, error, ...more } = answer as Record<string, unknown>;
  if (Object.keys(more).length > 0) return 'an envelope with more in it';
  if (ok === true) return error === undefined ? null : 'an answer with an error';
  if (ok !== false || value !== undefined) return 'no envelope';
  const { code, message, details } = (error ?? {}) as Record<string, unknown>;
  if (!(errorCodes as readonly unknown[]).includes(code)) return `an unknown code: ${String(code)}`;
  if (code === 'internal') return 'a bug';
  if (typeof message !== 'string' || message === '' || message.length > 1_000) {
    return 'an error without a message, or with a whole text in it';
  }
  return typeof details === 'object' && details !== null ? null : 'an error without details';
}

/** Where a stranger may write: about themselves, or what was typed before the window was locked. */
const ofStrangers: ReadonlySet<ChannelName> = new Set([
  'accounts:register',
  'accounts:add-device',
  'accounts:sign-in',
  'accounts:sign-out',
]);

export function changeProblem(
  channel: ChannelName,
  isRefused: boolean,
  before: Moment,
  after: Moment,
): string | null {
  if (before.mark === after.mark) return null;
  if (isRefused) return 'a refusal that has changed something';
  if (before.principal.kind === 'stranger' && !ofStrangers.has(channel)) {
    return 'a change by somebody who is not signed in';
  }
  return usersProblem(before, after);
}

/** Accounts are an admin's, and what they say of a person that person's own. */
function usersProblem({ users, principal }: Moment, after: Moment): string | null {
  const isAdmin = principal.kind !== 'user' || principal.user.user_type === 'admin';
  for (const [id, user] of after.users) {
    const known = users.get(id);
    if (known === undefined) {
      const isWaiting = user.user_status === 'pending' && user.user_type !== 'admin';
      if (!isWaiting && principal.kind === 'stranger') return 'an account out of nothing';
      continue;
    }
    const isSame = (field: keyof User): boolean => known[field] === user[field];
    if (!isAdmin && !(isSame('user_type') && isSame('user_status'))) {
      return 'an account changed by somebody who is no admin';
    }
    const isOwn = 'user' in principal && principal.user.id === id;
    const isTold = isSame('name') && isSame('email') && isSame('organization');
    if (!isTold && !isOwn && principal.kind === 'user') return 'a profile changed by another';
    if (!isTold && principal.kind === 'stranger') return 'a profile changed by nobody';
  }
  return after.users.size < users.size ? 'an account that is gone' : null;
}

/** What an answer names of documents must be of such as whoever asked may read. */
export function disclosureProblem(
  library: LibraryHandle,
  principal: Principal,
  value: unknown,
): string | null {
  const told = documentsIn(value);
  if (told.size === 0) return null;
  const store = library.store();
  for (const id of told) {
    const document = store.documents.get(id);
    if (document === null) continue;
    if (!may(principal, 'document:read', aDocument(factsOf(store, document)))) {
      return `a document told to somebody who may not read it: ${id}`;
    }
  }
  return null;
}

/** Every id that stands as a document's in a value. */
function documentsIn(value: unknown): ReadonlySet<Id> {
  const found = new Set<Id>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    const { id, document_id, document_state } = next as Record<string, unknown>;
    if (typeof document_id === 'string') found.add(document_id);
    if (typeof id === 'string' && 'document_name' in next && document_state !== undefined) {
      found.add(id);
    }
    waiting.push(...(Object.values(next) as unknown[]));
  }
  return found;
}

/** The whole of a library after many calls. */
export function libraryProblems(library: LibraryHandle): readonly string[] {
  if (!library.exists()) return [];
  const store = library.store();
  const { problems } = store.verify();
  const { connection } = openReplica(store);
  const refused = connection.all(connection.query.selectFrom('refusals').selectAll());
  connection.close();
  return [...problems, ...refused.map(({ entity, reason }) => `${entity}: ${reason}`)];
}

/** What every object would have if a payload had got at the prototypes. */
export function pollution(): readonly string[] {
  return [Object.prototype, Array.prototype, Function.prototype].flatMap((prototype) =>
    Object.keys(prototype),
  );
}
