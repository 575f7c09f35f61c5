import { documentStates, type DocumentOperation, type DocumentState } from '../contract/domain.ts';
import type { DocumentStep } from '../contract/work.ts';

/*
 * Who may do what: the whole of the rules, as a table. Service calls and the projection of the
 * log go by it alike, and the tests read it.
 */

/**
 * Whom a rule speaks of.
 *
 * - `visitor`: whoever sits at the machine before the library has members
 * - `stranger`: whoever has not signed in to a library with accounts, or is not (any more) approved
 * - `member`: every approved user
 * - `admin`, `sponsor`, `editor`: an approved user of that type
 * - `self`: the approved user that the subject is about
 * - `own`: the approved user who commissioned the document
 * - `retained`: the approved user who is retained for the document now
 * - `author`: the approved user who wrote the comment
 *
 * In an open library each member is an owner: all of these at once but `visitor` and `stranger`.
 */
export const grantees = [
  'visitor',
  'stranger',
  'member',
  'admin',
  'sponsor',
  'editor',
  'self',
  'own',
  'retained',
  'author',
] as const;
export type Grantee = (typeof grantees)[number];

export interface Grant {
  readonly to: readonly Grantee[];
  /** The states of the document in which it holds; every one where none are named. */
  readonly in?: readonly DocumentState[];
}

const to = (...grantees: readonly Grantee[]): readonly Grant[] => [{ to: grantees }];
const anyone = to('visitor', 'stranger', 'member');
const whileItLives = documentStates.filter((state) => state !== 'archived');
/** Not while the sponsor reads what was submitted. What is approved opens again when it is changed. */
const whileEdited: readonly DocumentState[] = [
  'assigned',
  'in_edit',
  'changes_requested',
  'approved',
];

const documentRules = {
  'document:read': to('own', 'retained', 'admin'),
  'document:write': [
    { to: ['own'], in: whileItLives },
    { to: ['retained'], in: whileEdited },
  ],
  'document:describe': [{ to: ['own'], in: whileItLives }],
  'document:trash': to('own', 'admin'),
  'document:retain': [{ to: ['own', 'admin'], in: whileItLives }],
  'document:start': [{ to: ['retained'], in: ['assigned', 'changes_requested'] }],
  'document:submit': [
    { to: ['own', 'retained'], in: ['assigned', 'in_edit', 'changes_requested'] },
    { to: ['own'], in: ['draft'] },
  ],
  'document:request_changes': [{ to: ['own'], in: ['in_review', 'approved'] }],
  'document:approve': [{ to: ['own'], in: ['in_review'] }],
  'document:reopen': [{ to: ['own', 'retained'], in: ['approved'] }],
  'document:archive': [{ to: ['own', 'admin'], in: ['approved'] }],
  'document:unarchive': [{ to: ['own', 'admin'], in: ['archived'] }],
  'autodoc:draft': [
    { to: ['own'], in: whileItLives },
    { to: ['retained'], in: whileEdited },
  ],
  'autodoc:cancel': to('own', 'retained'),
  'comment:write': [{ to: ['own', 'retained', 'admin'], in: whileItLives }],
  'document:purge': to('admin'),
} as const satisfies Record<DocumentOperation, readonly Grant[]>;

export const rules = {
  'library:read': anyone,
  'library:start': to('visitor'),
  /** Checks and mends what derives from the log; shows counts, never text. */
  'library:maintain': anyone,
  'library:export': to('admin'),
  /** Into a library that nobody has started, too: its people come with it. */
  'library:import': to('visitor', 'admin'),

  /** Where it is shared, when, and what earlier files are kept. */
  'team:read': anyone,
  /** Creating, joining, leaving, moving: what a machine does with its own copy. */
  'team:manage': to('visitor', 'member'),

  'accounts:switch_on': to('admin'),
  'accounts:register': to('stranger'),
  'accounts:update': to('self'),
  'user:read': to('member'),
  'user:show': to('self', 'admin'),
  'user:manage': to('admin'),
  /** Of the user whose machine it is. */
  'user_device:approve': to('self', 'admin'),
  'user_device:revoke': to('self', 'admin'),
  'audit:read': to('admin'),

  'document:list': to('member'),
  'document:create': to('sponsor', 'admin'),
  ...documentRules,
  /** Changing and removing what one has said. */
  'comment:manage': to('author'),
  'notice:read': to('member'),

  /** A model knows nothing of the library: text in, text out. */
  'model:read': anyone,
  'model:use': anyone,
  'model:manage': to('visitor', 'admin'),
  'settings:read': anyone,
  'settings:write': to('visitor', 'member'),
} as const satisfies Record<string, readonly Grant[]>;

export type Operation = keyof typeof rules;
export const operations = Object.keys(rules) as readonly Operation[];

/** Where each step leads. From where it may be taken is its operation's rule. */
export const stepTargets = {
  start: 'in_edit',
  submit: 'in_review',
  request_changes: 'changes_requested',
  approve: 'approved',
  reopen: 'in_review',
  archive: 'archived',
  unarchive: 'approved',
} as const satisfies Record<DocumentStep, DocumentState>;

/** What a document becomes when an editor is retained for it, and when nobody is any more. */
export const retainedState = 'assigned' satisfies DocumentState;
export const unretainedState = 'draft' satisfies DocumentState;
