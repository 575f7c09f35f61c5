import type { Id, User } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';

/*
 * Who may do what. Every service call names its principal and passes the one `authorize`.
 * A library starts open: each approved member is an owner, and a library without any member
 * yet lets whoever sits at the machine start it and look after its models and settings.
 */

export type Principal =
  { readonly kind: 'visitor' } | { readonly kind: 'member'; readonly user: User };

/** Whoever sits at the machine before the library has members. */
export const visitor: Principal = { kind: 'visitor' };

type Role = 'visitor' | 'owner';

const anyone: readonly Role[] = ['visitor', 'owner'];
const owners: readonly Role[] = ['owner'];

/** The whole of the rules: which roles may do an operation. */
const rules = {
  'library:read': anyone,
  'library:start': anyone,
  'library:maintain': anyone,
  'document:read': owners,
  'document:create': owners,
  'document:write': owners,
  'document:trash': owners,
  'autodoc:draft': owners,
  'autodoc:cancel': owners,
  'model:read': anyone,
  'model:use': anyone,
  'model:manage': anyone,
  'settings:read': anyone,
  'settings:write': anyone,
} as const satisfies Record<string, readonly Role[]>;

export type Operation = keyof typeof rules;

/** What an operation is about. `id` is an id or a name; null where there is but one or none yet. */
export interface Subject {
  readonly kind: 'library' | 'document' | 'version' | 'autodoc' | 'model' | 'settings';
  readonly id: string | null;
}

export const theLibrary: Subject = { kind: 'library', id: null };
export const theSettings: Subject = { kind: 'settings', id: null };
export const aDocument = (id: Id | null): Subject => ({ kind: 'document', id });
export const aVersion = (id: Id): Subject => ({ kind: 'version', id });
export const anAutodoc = (id: Id): Subject => ({ kind: 'autodoc', id });
export const aModel = (name: string | null): Subject => ({ kind: 'model', id: name });

function roleOf(principal: Principal): Role {
  return principal.kind === 'member' && principal.user.user_status === 'approved'
    ? 'owner'
    : 'visitor';
}

/** Throws `not_allowed` unless the principal may do this to the subject. */
export function authorize(principal: Principal, operation: Operation, subject: Subject): void {
  if (rules[operation].includes(roleOf(principal))) return;
  throw new AppError('not_allowed', refusal(principal), {
    details: { operation, subject: subject.kind, id: subject.id },
  });
}

/** The member in whose name something is written. Throws `not_allowed` for a visitor. */
export function actorOf(principal: Principal): Id {
  if (principal.kind === 'member') return principal.user.id;
  throw new AppError('not_allowed', refusal(principal));
}

function refusal(principal: Principal): string {
  return principal.kind === 'visitor'
    ? 'This library has no owner yet. Nothing was changed. Start it first.'
    : 'Your account may not do this. Nothing was changed. Ask an admin of the library.';
}
