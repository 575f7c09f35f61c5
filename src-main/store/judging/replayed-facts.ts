import type { DocumentFacts } from '../../access/authorize.ts';
import { documentStates, userStatuses, userTypes, type Id } from '../../contract/domain.ts';
import { userDeviceStatuses } from '../../contract/people.ts';
import type { ChangeNode, JsonValue } from '../log/change.ts';
import {
  commentBody,
  commentContent,
  commentRemoval,
  commentResolution,
  autodocOutcome,
  autodocRequest,
  documentFields,
  libraryAccounts,
  retentionEnd,
  retentionTerms,
  userDeviceKey,
  userDeviceStatus,
  userFields,
} from '../projection/entities.ts';
import { objectOrEmpty, oneOf, textOr } from '../projection/field-readers.ts';
import { fieldValue, type EntityHistory } from '../projection/fold.ts';
import type { DeviceFacts, LibraryFacts, UserFacts } from './facts.ts';

/** A change that counts, as a replay takes it in. */
export interface CountedChange extends ChangeNode {
  readonly entity: string;
  readonly entity_id: Id;
  readonly value: () => JsonValue | undefined;
}

/** What is known of a log before its first change is judged. */
export interface KnownOfTheWhole {
  readonly libraryId: Id;
  /** How far each replica had written when accounts were switched on; null while they are not. */
  readonly seen: ReadonlyMap<Id, number> | null;
  /** The hashes, in base64, of what admins imported. */
  readonly vouched: ReadonlySet<string>;
}

/** The fields that facts are made of, by kind. Texts are not among them. */
const factFields: Readonly<Record<string, readonly string[]>> = {
  library: [libraryAccounts],
  user: userFields,
  user_device: [userDeviceKey, userDeviceStatus],
  document: documentFields,
  retention: [retentionTerms, retentionEnd],
  autodoc: [autodocRequest, autodocOutcome],
  comment: [commentContent, commentBody, commentResolution, commentRemoval],
};

/**
 * What a library says up to a place in its log, from the log alone: the slow, sure way, for
 * judging everything anew. The same rules of folding as the derived tables have.
 */
export class ReplayedFacts implements LibraryFacts {
  readonly #entities = new Map<string, Map<Id, CountedChange[]>>();
  readonly #documentOfVersion = new Map<Id, Id>();
  readonly #devicesOfUser = new Map<Id, Set<Id>>();
  readonly #retentionsOfDocument = new Map<Id, Set<Id>>();
  readonly #admins = new Set<Id>();
  readonly #known: KnownOfTheWhole;

  constructor(known: KnownOfTheWhole) {
    this.#known = known;
  }

  /** Takes in a change that counts. In (hlc, id) order. */
  add(change: CountedChange): void {
    const { entity, entity_id, field } = change;
    if (!Object.hasOwn(factFields, entity) || !factFields[entity]!.includes(field)) return;
    const ofKind = this.#entities.get(entity) ?? new Map<Id, CountedChange[]>();
    this.#entities.set(entity, ofKind);
    ofKind.set(entity_id, [...(ofKind.get(entity_id) ?? []), change]);
    if (field === 'document_body') this.#documentOfVersion.set(change.id, entity_id);
    if (entity === 'user_device') {
      remember(this.#devicesOfUser, this.device(entity_id)?.user_id ?? '', entity_id);
    }
    if (field === retentionTerms) {
      remember(this.#retentionsOfDocument, this.documentOfRetention(entity_id) ?? '', entity_id);
    }
    if (field === 'user_type' || field === 'user_status') {
      if (isAdmin(this.user(entity_id))) this.#admins.add(entity_id);
      else this.#admins.delete(entity_id);
    }
  }

  libraryId(): Id {
    return this.#known.libraryId;
  }

  accountsAreOn(): boolean {
    return this.#history('library', this.#known.libraryId) !== null;
  }

  wasThereBefore({ replica_id, seq }: { readonly replica_id: Id; readonly seq: number }): boolean {
    const { seen } = this.#known;
    return seen === null || seq <= (seen.get(replica_id) ?? 0);
  }

  isVouchedFor({ sha256 }: { readonly sha256: Uint8Array }): boolean {
    return this.#known.vouched.has(Buffer.from(sha256).toString('base64'));
  }

  user(userId: Id): UserFacts | null {
    const history = this.#history('user', userId);
    if (history === null) return null;
    return {
      user_type: oneOf(fieldValue(history, 'user_type'), userTypes, 'editor'),
      user_status: oneOf(fieldValue(history, 'user_status'), userStatuses, 'pending'),
    };
  }

  hasOtherAdmin(userId: Id): boolean {
    return [...this.#admins].some((admin) => admin !== userId);
  }

  device(deviceId: Id): DeviceFacts | null {
    const history = this.#history('user_device', deviceId);
    if (history?.changes.some(({ field }) => field === userDeviceKey) !== true) return null;
    const key = objectOrEmpty(fieldValue(history, userDeviceKey));
    return {
      id: deviceId,
      user_id: textOr(key.user_id, ''),
      public_key: textOr(key.public_key, ''),
      device_status: oneOf(fieldValue(history, userDeviceStatus), userDeviceStatuses, 'pending'),
    };
  }

  devicesOf(userId: Id): readonly DeviceFacts[] {
    return [...(this.#devicesOfUser.get(userId) ?? [])].sort().flatMap((id) => {
      return this.device(id) ?? [];
    });
  }

  document(documentId: Id): DocumentFacts | null {
    const history = this.#history('document', documentId);
    if (history === null) return null;
    return {
      id: documentId,
      created_by: history.changes[0]!.actor_id,
      document_state: oneOf(fieldValue(history, 'document_state'), documentStates, 'draft'),
      editor_id: this.#presentEditor(documentId),
    };
  }

  documentOfVersion(versionId: Id): Id | null {
    return this.#documentOfVersion.get(versionId) ?? null;
  }

  documentOfRetention(retentionId: Id): Id | null {
    const history = this.#history('retention', retentionId);
    if (history?.changes.some(({ field }) => field === retentionTerms) !== true) return null;
    return textOr(objectOrEmpty(fieldValue(history, retentionTerms)).document_id, '');
  }

  autodoc(autodocId: Id): { readonly created_by: Id; readonly document_id: Id | null } | null {
    const history = this.#history('autodoc', autodocId);
    const asked = history?.changes.find(({ field }) => field === autodocRequest);
    if (history === null || asked === undefined) return null;
    const { version_id } = objectOrEmpty(fieldValue(history, autodocRequest));
    return {
      created_by: asked.actor_id,
      document_id: this.documentOfVersion(textOr(version_id, '')),
    };
  }

  comment(commentId: Id): { readonly created_by: Id; readonly document_id: Id } | null {
    const history = this.#history('comment', commentId);
    if (history === null) return null;
    const { document_id } = objectOrEmpty(fieldValue(history, commentContent));
    return { created_by: history.changes[0]!.actor_id, document_id: textOr(document_id, '') };
  }

  #presentEditor(documentId: Id): Id | null {
    const retentions = [...(this.#retentionsOfDocument.get(documentId) ?? [])].sort();
    for (const id of retentions.reverse()) {
      const history = this.#history('retention', id)!;
      if (textOr(fieldValue(history, retentionEnd), null) !== null) continue;
      return textOr(objectOrEmpty(fieldValue(history, retentionTerms)).editor_id, '');
    }
    return null;
  }

  #history(entity: string, entityId: Id): EntityHistory | null {
    const changes = this.#entities.get(entity)?.get(entityId);
    if (changes === undefined) return null;
    return { id: entityId, changes, valueOf: (change) => (change as CountedChange).value() };
  }
}

function isAdmin(user: UserFacts | null): boolean {
  return user?.user_type === 'admin' && user.user_status === 'approved';
}

function remember(map: Map<Id, Set<Id>>, key: Id, value: Id): void {
  const known = map.get(key) ?? new Set<Id>();
  known.add(value);
  map.set(key, known);
}
