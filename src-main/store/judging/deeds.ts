import {
  aComment,
  aDocument,
  allUsers,
  aUser,
  aUserDevice,
  may,
  stranger,
  theLibrary,
  type Principal,
  type Subject,
} from '../../access/authorize.ts';
import { retainedState, stepTargets, unretainedState, type Operation } from '../../access/rules.ts';
import { documentStates, type Id, type User } from '../../contract/domain.ts';
import { registrableTypes } from '../../contract/people.ts';
import { documentSteps } from '../../contract/work.ts';
import {
  approvedVersions,
  autodocOutcome,
  autodocRequest,
  commentBody,
  commentContent,
  commentRemoval,
  commentResolution,
  documentFields,
  importedChanges,
  purgedDocument,
  replicaName,
  retentionEnd,
  retentionTerms,
  revisionTie,
  userDeviceStatus,
  userFields,
} from '../projection/entities.ts';
import { objectOrEmpty, textOr } from '../projection/field-readers.ts';
import type { LibraryFacts } from './facts.ts';
import type { JudgedChange } from './judged-change.ts';

/** What a change does, in the words of the table. */
export interface Deed {
  readonly operation: Operation;
  readonly subject: Subject;
  /** Who has no account yet may write their own. */
  readonly isOwnAccount?: boolean;
  /** Whether it makes something, whose id then says by whom. */
  readonly isNew?: boolean;
}

/** What is none: it does not say what it must, or leads from where the document is no more. */
export type NoDeed = 'misformed' | 'misplaced';

/** Null for what has no effect in this version, whoever wrote it. */
export function deedOf(change: JudgedChange, facts: LibraryFacts): Deed | NoDeed | null {
  const { entity } = change;
  // A log may name kinds that every object has something under.
  return Object.hasOwn(deeds, entity) ? deeds[entity]!(change, facts) : null;
}

type DeedOf = (change: JudgedChange, facts: LibraryFacts) => Deed | NoDeed | null;

const deeds: Readonly<Record<string, DeedOf>> = {
  user(change, facts) {
    const { actor_id, entity_id, field } = change;
    if (!(userFields as readonly string[]).includes(field)) return null;
    if (field === 'user_type' || field === 'user_status') {
      const isOwnAccount = actor_id === entity_id && isRegistration(change, facts);
      return { operation: 'user:manage', subject: allUsers, isOwnAccount };
    }
    const isOwnAccount = actor_id === entity_id && isWaiting(entity_id, facts);
    return { operation: 'accounts:update', subject: aUser(entity_id), isOwnAccount };
  },

  user_device({ entity_id, field, ...change }, facts) {
    if (field !== userDeviceStatus) return null;
    const device = facts.device(entity_id);
    if (device === null) return 'misformed';
    const operation = change.value() === 'approved' ? 'user_device:approve' : 'user_device:revoke';
    return { operation, subject: aUserDevice(entity_id, device.user_id) };
  },

  import({ field }) {
    return field === importedChanges ? { operation: 'library:import', subject: theLibrary } : null;
  },

  replica({ replica_id, entity_id, field }) {
    if (field !== replicaName) return null;
    // A machine names itself and no other.
    return replica_id === entity_id
      ? { operation: 'document:list', subject: theLibrary }
      : 'misformed';
  },

  document(change, facts) {
    const { entity_id, field } = change;
    if (!(documentFields as readonly string[]).includes(field)) return null;
    const document = facts.document(entity_id);
    if (document === null) {
      return { operation: 'document:create', subject: theLibrary, isNew: true };
    }
    const subject = aDocument(document);
    if (field === 'document_state') return stateDeed(change, subject, facts);
    if (field === approvedVersions) return { operation: 'document:approve', subject };
    const operation =
      field === 'document_body'
        ? 'document:write'
        : field === 'trashed_on'
          ? 'document:trash'
          : 'document:describe';
    return { operation, subject };
  },

  retention(change, facts) {
    if (change.field !== retentionTerms && change.field !== retentionEnd) return null;
    const terms = objectOrEmpty(change.value());
    const documentId =
      change.field === retentionTerms
        ? textOr(terms.document_id, null)
        : facts.documentOfRetention(change.entity_id);
    const document = documentId === null ? null : facts.document(documentId);
    if (document === null) return 'misformed';
    if (change.field === retentionTerms) {
      if (facts.documentOfRetention(change.entity_id) !== null) return 'misformed';
      if (terms.sponsor_id !== document.created_by) return 'misformed';
    }
    const isNew = change.field === retentionTerms;
    return { operation: 'document:retain', subject: aDocument(document), isNew };
  },

  autodoc(change, facts) {
    const autodoc = facts.autodoc(change.entity_id);
    if (change.field === autodocRequest) {
      const request = change.value();
      if (request === undefined) return null;
      const { version_id } = objectOrEmpty(request);
      const document = documentOf(
        typeof version_id === 'string' ? facts.documentOfVersion(version_id) : null,
        facts,
      );
      return document === null || autodoc !== null
        ? 'misformed'
        : { operation: 'autodoc:draft', subject: document, isNew: true };
    }
    if (change.field !== autodocOutcome || autodoc === 'emptied') return null;
    const outcome = change.value();
    if (outcome === undefined) return null;
    const document = documentOf(autodoc?.document_id ?? null, facts);
    if (autodoc === null || document === null) return 'misformed';
    // Who asked for it hands in what came of it, also when they may no longer draft.
    if (autodoc.created_by === change.actor_id) {
      return { operation: 'document:list', subject: document };
    }
    // Another calls it off, or drafts it in their place.
    const isCancelled = objectOrEmpty(outcome).autodoc_state === 'cancelled';
    return { operation: isCancelled ? 'autodoc:cancel' : 'autodoc:draft', subject: document };
  },

  revision(change, facts) {
    if (change.field !== revisionTie) return null;
    const { document_id, autodoc_id } = objectOrEmpty(change.value());
    const autodoc = typeof autodoc_id === 'string' ? facts.autodoc(autodoc_id) : null;
    if (autodoc === 'emptied') return null;
    const isTheirs = autodoc?.created_by === change.actor_id && autodoc.document_id === document_id;
    return isTheirs
      ? { operation: 'document:list', subject: theLibrary, isNew: true }
      : 'misformed';
  },

  comment(change, facts) {
    const comment = facts.comment(change.entity_id);
    if (change.field === commentContent) {
      const content = change.value();
      if (content === undefined) return null;
      const { document_id } = objectOrEmpty(content);
      const document = documentOf(typeof document_id === 'string' ? document_id : null, facts);
      return document === null || comment !== null
        ? 'misformed'
        : { operation: 'comment:write', subject: document, isNew: true };
    }
    if (![commentBody, commentResolution, commentRemoval].includes(change.field)) return null;
    if (comment === 'emptied') return null;
    if (comment === null) return 'misformed';
    if (change.field !== commentResolution) {
      return {
        operation: 'comment:manage',
        subject: aComment(change.entity_id, comment.created_by),
      };
    }
    const document = documentOf(comment.document_id, facts);
    return document === null ? 'misformed' : { operation: 'comment:write', subject: document };
  },

  purge(change, facts) {
    if (change.field !== purgedDocument) return null;
    const { document_id } = objectOrEmpty(change.value());
    const document = facts.document(change.entity_id);
    return document === null || document_id !== change.entity_id
      ? 'misformed'
      : { operation: 'document:purge', subject: aDocument(document) };
  },
};

/** A state is reached by a step that leads there and may be taken from where the document is. */
function stateDeed(change: JudgedChange, subject: Subject, facts: LibraryFacts): Deed | NoDeed {
  const target = change.value();
  if (target === subject.document?.document_state) {
    return { operation: 'document:read', subject };
  }
  const author = facts.user(change.actor_id);
  const principal: Principal =
    author === null ? stranger : { kind: 'user', user: { ...author, id: change.actor_id } as User };
  const step = documentSteps.find(
    (one) => stepTargets[one] === target && may(principal, `document:${one}`, subject),
  );
  if (step !== undefined) return { operation: `document:${step}`, subject };
  return target === retainedState || target === unretainedState
    ? { operation: 'document:retain', subject }
    : documentStates.some((state) => state === target)
      ? 'misplaced'
      : 'misformed';
}

function documentOf(documentId: Id | null, facts: LibraryFacts): Subject | null {
  const document = documentId === null ? null : facts.document(documentId);
  return document === null ? null : aDocument(document);
}

/** Not approved yet: an account that its owner may still write, as what anybody may register as. */
function isWaiting(userId: Id, facts: LibraryFacts): boolean {
  const user = facts.user(userId);
  return user === null || user.user_status === 'pending';
}

function isRegistration(change: JudgedChange, facts: LibraryFacts): boolean {
  if (!isWaiting(change.entity_id, facts)) return false;
  const value = change.value();
  return change.field === 'user_status'
    ? value === 'pending'
    : registrableTypes.some((type) => type === value);
}
