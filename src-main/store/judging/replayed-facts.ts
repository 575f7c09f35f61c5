import type { DocumentFacts } from '../../access/authorize.ts';
import {
  documentStates,
  userStatuses,
  userTypes,
  type DocumentState,
  type Id,
} from '../../contract/domain.ts';
import { userDeviceStatuses } from '../../contract/people.ts';
import { isMadeBy } from '../log/maker-ids.ts';
import { documentState } from '../projection/document-state.ts';
import {
  approvedVersions,
  autodocOutcome,
  autodocRequest,
  commentBody,
  commentContent,
  commentRemoval,
  commentResolution,
  documentFields,
  purgedDocument,
  retentionEnd,
  retentionTerms,
  userDeviceKey,
  userDeviceStatus,
  userFields,
} from '../projection/entities.ts';
import { objectOrEmpty, oneOf, textOr } from '../projection/field-readers.ts';
import type { CheckedSignatures } from './checked-signatures.ts';
import { CountedEntities, valueOf, type CountedEntity } from './counted-entities.ts';
import type { AutodocFacts, CommentFacts, DeviceFacts, LibraryFacts, UserFacts } from './facts.ts';
import { compareInOrder, putInOrder, type CountedChange } from './field-history.ts';
import type { JudgedChange } from './judged-change.ts';
import { isAnothersId, type Makers } from './makers.ts';
import { isSignedBy } from './signatures.ts';

/** What is known of a log before its first change is judged. */
export interface KnownOfTheWhole {
  readonly libraryId: Id;
  /** The change that switched accounts on; null while they are not. */
  readonly switchedOn: { readonly id: Id; readonly hlc: string } | null;
  /** The hashes, in base64, of what admins imported. */
  readonly vouched: ReadonlySet<string>;
  readonly signatures: CheckedSignatures;
  /** Read from the log where somebody asks for it. */
  readonly makers: () => Makers;
}

/** The fields that facts are made of, by kind. */
const factFields: Readonly<Record<string, readonly string[]>> = {
  user: userFields,
  user_device: [userDeviceKey, userDeviceStatus],
  document: documentFields,
  retention: [retentionTerms, retentionEnd],
  autodoc: [autodocRequest, autodocOutcome],
  comment: [commentContent, commentBody, commentResolution, commentRemoval],
  purge: [purgedDocument],
};

/** The fields that a document's state is worked out from, without their texts. */
const stateFields: readonly string[] = ['document_body', 'document_state', approvedVersions];

/** What a document's state is worked out from, in order. */
interface StateHistory {
  readonly changes: CountedChange[];
  readonly refused: CountedChange[];
  /** Forgotten when something comes. */
  state: DocumentState | null;
}

/**
 * What a library says up to a place in its log, from the log alone: for judging everything anew.
 * By the same rules as the derived tables; taking a change in, and asking, cost the same however
 * long the log is.
 */
export class ReplayedFacts implements LibraryFacts {
  readonly #entities = new CountedEntities();
  readonly #stateHistories = new Map<Id, StateHistory>();
  readonly #documentOfVersion = new Map<Id, Id>();
  readonly #devicesOfUser = new Map<Id, Set<Id>>();
  readonly #retentionsOfDocument = new Map<Id, Set<Id>>();
  /** Worked out when asked for, forgotten when one of its retentions changes. */
  readonly #presentEditors = new Map<Id, Id | null>();
  readonly #admins = new Set<Id>();
  readonly #known: KnownOfTheWhole;

  constructor(known: KnownOfTheWhole) {
    this.#known = known;
  }

  /** Takes in a change that counts. */
  add(change: CountedChange): void {
    const { entity, entity_id, field } = change;
    if (!Object.hasOwn(factFields, entity) || !factFields[entity]!.includes(field)) return;
    this.#entities.add(change);
    if (entity === 'document') this.#putForState(change, 'changes');
    if (field === 'document_body') this.#documentOfVersion.set(change.id, entity_id);
    if (entity === 'user_device' && field === userDeviceKey) {
      const userId = this.device(entity_id)?.user_id ?? '';
      this.#devicesOfUser.set(userId, known(this.#devicesOfUser, userId).add(entity_id));
    }
    if (entity === 'retention') {
      const documentId = this.documentOfRetention(entity_id) ?? '';
      const retentions = known(this.#retentionsOfDocument, documentId).add(entity_id);
      this.#retentionsOfDocument.set(documentId, retentions);
      this.#presentEditors.delete(documentId);
    }
    if (field === 'user_type' || field === 'user_status') {
      if (isAdmin(this.user(entity_id))) this.#admins.add(entity_id);
      else this.#admins.delete(entity_id);
    }
  }

  /** Takes in a change that does not count: others may have been written on top of it. */
  addRefused(change: CountedChange): void {
    if (change.entity === 'document') this.#putForState(change, 'refused');
  }

  libraryId(): Id {
    return this.#known.libraryId;
  }

  accountsAreOn(): boolean {
    return this.#known.switchedOn !== null;
  }

  isFreeToSwitch(changeId: Id): boolean {
    const { switchedOn } = this.#known;
    return switchedOn === null || switchedOn.id === changeId;
  }

  isBackdated(change: JudgedChange): boolean {
    const { switchedOn } = this.#known;
    return switchedOn !== null && compareInOrder(change, switchedOn) < 0;
  }

  isVouchedFor({ sha256 }: { readonly sha256: Uint8Array }): boolean {
    const { vouched } = this.#known;
    return vouched.size > 0 && vouched.has(Buffer.from(sha256).toString('base64'));
  }

  isSigned({ sha256, signature }: JudgedChange, publicKey: string): boolean {
    return isSignedBy(publicKey, sha256, signature, this.#known.signatures);
  }

  isAnothersId(id: Id, userId: Id): boolean {
    return !isMadeBy(userId, id) && isAnothersId(id, userId, this.#known.makers().users);
  }

  isMachinesId(deviceId: Id): boolean {
    return this.#known.makers().devices.has(deviceId);
  }

  user(userId: Id): UserFacts | null {
    const user = this.#entity('user', userId);
    if (user === undefined) return null;
    return {
      user_type: oneOf(valueOf(user, 'user_type'), userTypes, 'editor'),
      user_status: oneOf(valueOf(user, 'user_status'), userStatuses, 'pending'),
    };
  }

  hasOtherAdmin(userId: Id): boolean {
    return this.#admins.size > (this.#admins.has(userId) ? 1 : 0);
  }

  device(deviceId: Id): DeviceFacts | null {
    const device = this.#entity('user_device', deviceId);
    if (device?.fields.has(userDeviceKey) !== true) return null;
    const key = objectOrEmpty(valueOf(device, userDeviceKey));
    return {
      id: deviceId,
      user_id: textOr(key.user_id, ''),
      public_key: textOr(key.public_key, ''),
      device_status: oneOf(valueOf(device, userDeviceStatus), userDeviceStatuses, 'pending'),
    };
  }

  devicesOf(userId: Id): readonly DeviceFacts[] {
    const devices = [...known(this.#devicesOfUser, userId)].sort();
    return devices.flatMap((id) => {
      const device = this.device(id);
      return device?.user_id === userId ? device : [];
    });
  }

  document(documentId: Id): DocumentFacts | null {
    const document = this.#entity('document', documentId);
    if (document === undefined) return null;
    return {
      id: documentId,
      created_by: document.first.actor_id,
      document_state: this.#documentState(documentId, document),
      editor_id: this.#presentEditor(documentId),
    };
  }

  isPurged(documentId: Id): boolean {
    return this.#entity('purge', documentId) !== undefined;
  }

  documentOfVersion(versionId: Id): Id | null {
    return this.#documentOfVersion.get(versionId) ?? null;
  }

  documentOfRetention(retentionId: Id): Id | null {
    const retention = this.#entity('retention', retentionId);
    if (retention?.fields.has(retentionTerms) !== true) return null;
    return textOr(objectOrEmpty(valueOf(retention, retentionTerms)).document_id, '');
  }

  autodoc(autodocId: Id): AutodocFacts | 'emptied' | null {
    const autodoc = this.#entity('autodoc', autodocId);
    const asked = autodoc?.fields.get(autodocRequest)?.first ?? null;
    if (autodoc === undefined || asked === null) return null;
    const request = valueOf(autodoc, autodocRequest);
    if (request === undefined) return 'emptied';
    const { version_id } = objectOrEmpty(request);
    return {
      created_by: asked.actor_id,
      document_id: this.documentOfVersion(textOr(version_id, '')),
    };
  }

  comment(commentId: Id): CommentFacts | 'emptied' | null {
    const comment = this.#entity('comment', commentId);
    if (comment?.fields.has(commentContent) !== true) return null;
    const content = valueOf(comment, commentContent);
    if (content === undefined) return 'emptied';
    return {
      created_by: comment.first.actor_id,
      document_id: textOr(objectOrEmpty(content).document_id, ''),
    };
  }

  #documentState(documentId: Id, document: CountedEntity): DocumentState {
    const state = oneOf(valueOf(document, 'document_state'), documentStates, 'draft');
    const history = this.#stateHistories.get(documentId);
    // Only what is approved depends on more than its field: a long history is read for it alone.
    if (state !== 'approved' || history === undefined) return state;
    const { changes, refused } = history;
    history.state ??= documentState({
      ...{ id: documentId, changes, refused },
      valueOf: (change) => (change as CountedChange).value(),
    });
    return history.state;
  }

  #putForState(change: CountedChange, to: 'changes' | 'refused'): void {
    const { entity_id, field } = change;
    if (!stateFields.includes(field)) return;
    const history = this.#stateHistories.get(entity_id) ?? {
      ...{ changes: [], refused: [], state: null },
    };
    this.#stateHistories.set(entity_id, history);
    putInOrder(history[to], change);
    history.state = null;
  }

  #presentEditor(documentId: Id): Id | null {
    const worked = this.#presentEditors.get(documentId);
    if (worked !== undefined) return worked;
    const editor = this.#findPresentEditor(documentId);
    this.#presentEditors.set(documentId, editor);
    return editor;
  }

  #findPresentEditor(documentId: Id): Id | null {
    const retentions = [...known(this.#retentionsOfDocument, documentId)].sort();
    for (const id of retentions.reverse()) {
      const retention = this.#entity('retention', id)!;
      if (textOr(valueOf(retention, retentionEnd), null) !== null) continue;
      const terms = objectOrEmpty(valueOf(retention, retentionTerms));
      if (textOr(terms.document_id, '') === documentId) return textOr(terms.editor_id, '');
    }
    return null;
  }

  #entity(entity: string, entityId: Id): CountedEntity | undefined {
    return this.#entities.get(entity, entityId);
  }
}

function isAdmin(user: UserFacts | null): boolean {
  return user?.user_type === 'admin' && user.user_status === 'approved';
}

function known(map: ReadonlyMap<Id, Set<Id>>, key: Id): Set<Id> {
  return map.get(key) ?? new Set<Id>();
}
