import type { Document, DocumentOperation, Id, User } from '../contract/domain.ts';
import { documentOperations } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import { rules, type Grant, type Grantee, type Operation } from './rules.ts';

/** In whose name something is asked. */
export type Principal =
  /** Whoever sits at the machine before the library has members. */
  | { readonly kind: 'visitor' }
  /** A library with accounts, and nobody is signed in, or the window is locked. */
  | { readonly kind: 'stranger' }
  /** The owner of an open library: whatever any member may, they may. */
  | { readonly kind: 'owner'; readonly user: User }
  /** A signed-in user of a library with accounts. */
  | {
      readonly kind: 'user';
      readonly user: User;
      /** Signs the hash of a change with the key of this machine. */
      readonly sign?: (sha256: Uint8Array) => Uint8Array;
    };

export const visitor: Principal = { kind: 'visitor' };
export const stranger: Principal = { kind: 'stranger' };

/** The facts of a document that rules go by. */
export interface DocumentFacts extends Pick<Document, 'id' | 'created_by' | 'document_state'> {
  /** Who is retained for it now. */
  readonly editor_id: Id | null;
}

/** What an operation is about, as far as rules ask. */
export interface Subject {
  readonly kind: string;
  readonly id: string | null;
  readonly document?: DocumentFacts;
  /** The user that it is about or whose it is. */
  readonly user_id?: Id;
  readonly author_id?: Id;
}

export const theLibrary: Subject = { kind: 'library', id: null };
export const theSettings: Subject = { kind: 'settings', id: null };
export const allDocuments: Subject = { kind: 'document', id: null };
export const allUsers: Subject = { kind: 'user', id: null };
export const aDocument = (document: DocumentFacts): Subject => ({
  kind: 'document',
  id: document.id,
  document,
});
export const aUser = (id: Id): Subject => ({ kind: 'user', id, user_id: id });
export const aUserDevice = (id: Id, userId: Id): Subject => ({
  kind: 'user_device',
  id,
  user_id: userId,
});
export const aComment = (id: Id, authorId: Id): Subject => ({
  kind: 'comment',
  id,
  author_id: authorId,
});
export const aModel = (name: string | null): Subject => ({ kind: 'model', id: name });

/** Whether the principal may do this to the subject. */
export function may(principal: Principal, operation: Operation, subject: Subject): boolean {
  const grants: readonly Grant[] = rules[operation];
  return grants.some(
    (grant) =>
      holdsIn(grant, subject) && grant.to.some((grantee) => is(principal, grantee, subject)),
  );
}

/** Throws `not_allowed`, or `sign_in_required` for a stranger, unless the principal may. */
export function authorize(principal: Principal, operation: Operation, subject: Subject): void {
  if (may(principal, operation, subject)) return;
  const details = { operation, subject: subject.kind, id: subject.id };
  if (principal.kind === 'stranger' || principal.kind === 'visitor') {
    throw refused(principal, details);
  }
  throw new AppError('not_allowed', refusal(principal.user, operation, subject), { details });
}

/** What the principal may do to a document as it stands. */
export function allowedOperations(
  principal: Principal,
  document: DocumentFacts,
): readonly DocumentOperation[] {
  return documentOperations.filter((operation) => may(principal, operation, aDocument(document)));
}

/** The member who asks. Throws `sign_in_required` or `not_allowed` where nobody does. */
export function memberOf(principal: Principal): User {
  if (principal.kind === 'owner' || principal.kind === 'user') return principal.user;
  throw refused(principal, {});
}

/** In whose name the member who asks writes. Throws as `memberOf`. */
export function authorOf(principal: Principal): {
  readonly id: Id;
  readonly sign?: ((sha256: Uint8Array) => Uint8Array) | undefined;
} {
  const { id } = memberOf(principal);
  return principal.kind === 'user' ? { id, sign: principal.sign } : { id };
}

function holdsIn(grant: Grant, { document }: Subject): boolean {
  return (
    grant.in === undefined || (document !== undefined && grant.in.includes(document.document_state))
  );
}

function is(principal: Principal, grantee: Grantee, subject: Subject): boolean {
  if (principal.kind === 'visitor' || principal.kind === 'stranger') {
    return grantee === principal.kind;
  }
  const { user } = principal;
  if (user.user_status !== 'approved') return grantee === 'stranger';
  if (principal.kind === 'owner') return grantee !== 'visitor' && grantee !== 'stranger';
  switch (grantee) {
    case 'visitor':
    case 'stranger':
      return false;
    case 'member':
      return true;
    case 'admin':
    case 'sponsor':
    case 'editor':
      return user.user_type === grantee;
    case 'self':
      return subject.user_id === user.id;
    case 'own':
      return subject.document?.created_by === user.id;
    case 'retained':
      return subject.document?.editor_id === user.id;
    case 'author':
      return subject.author_id === user.id;
  }
}

function refused(
  { kind }: Extract<Principal, { kind: 'visitor' | 'stranger' }>,
  details: AppError['details'],
): AppError {
  return kind === 'stranger'
    ? new AppError('sign_in_required', 'Sign in first. Nothing was changed.', { details })
    : new AppError(
        'not_allowed',
        'This library has no owner yet. Nothing was changed. Start it first.',
        { details },
      );
}

function refusal(user: User, operation: Operation, { document }: Subject): string {
  if (user.user_status !== 'approved') {
    return 'Your account is not approved. Nothing was changed. Ask an admin of the library.';
  }
  const isOfDocument = (documentOperations as readonly string[]).includes(operation);
  return isOfDocument && document !== undefined
    ? `Your account may not do this to a document that is ${document.document_state.replaceAll('_', ' ')}, ` +
        'or not to this one. Nothing was changed.'
    : 'Your account may not do this. Nothing was changed. Ask an admin of the library.';
}
