import type { Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { Connection } from './database/connection.ts';
import type { ReplicaTables } from './database/schema.ts';
import { writePin } from './judging/switch-pin.ts';
import { thereValue } from './judging/switch-value.ts';
import type { ChangeNode, JsonValue } from './log/change.ts';
import type { ChangeReader, ChangeWriter } from './log/change-log.ts';
import { idMadeBy } from './log/maker-ids.ts';
import {
  autodocOutcome,
  autodocRequest,
  commentBody,
  commentContent,
  commentRemoval,
  commentResolution,
  documentFields,
  libraryAccounts,
  purgedDocument,
  replicaName,
  retentionEnd,
  retentionTerms,
  revisionTie,
  userDeviceKey,
  userDeviceStatus,
  userFields,
  type DocumentField,
} from './projection/entities.ts';
import { fieldHeads } from './projection/fold.ts';
import type { Projector } from './projection/projector.ts';
import type { StoredVersions } from './repositories/versions.ts';
import { applyAll } from './taking/judge-anew.ts';
import { isUnderRules } from './taking/pieces.ts';
import type { Author, LibraryStore, StoreTransaction } from './types.ts';

/** What the work of a transaction reads and writes with. */
export interface TransactionRoom {
  readonly libraryId: Id;
  readonly replicaId: Id;
  readonly replica: Connection<ReplicaTables>;
  readonly log: ChangeReader & ChangeWriter;
  readonly projector: Projector;
  readonly newId: () => Id;
  readonly users: LibraryStore['users'];
  readonly documents: LibraryStore['documents'];
  readonly retentions: LibraryStore['retentions'];
  readonly versions: StoredVersions;
  readonly autodocs: LibraryStore['autodocs'];
  readonly comments: LibraryStore['comments'];
}

/** The writes of one author. Each appends to the log and brings the derived rows up to it. */
export function createStoreTransaction(author: Author, room: TransactionRoom): StoreTransaction {
  const { log, projector, newId, users, documents, retentions, versions, autodocs } = room;
  const { comments, libraryId, replicaId, replica } = room;

  return {
    createUser({ id: userId = newId(), ...fields }) {
      if (users.get(userId) !== null) {
        throw new AppError('already_exists', 'This user is already in the library.');
      }
      set('user', userId, fields);
      return found(users.get(userId), 'user');
    },

    createDocument({
      id: documentId = idMadeBy(author.id, newId()),
      document_name,
      document_body,
      notes,
      ...described
    }) {
      if (documents.get(documentId) !== null) {
        throw new AppError('already_exists', 'This document is already in the library.');
      }
      if (projector.purging.isPurged(documentId)) {
        throw new AppError(
          'not_allowed',
          'This document was purged from the library, and is not made again. Nothing was changed.',
          { details: { id: documentId } },
        );
      }
      const [, versionId] = set('document', documentId, {
        ...{ document_name, document_body },
        ...given(described),
        ...(notes !== undefined &&
          notes.length > 0 && { notes: notes.map((note) => ({ ...note })) }),
      });
      return {
        document: found(documents.get(documentId), 'document'),
        version: version(versionId),
      };
    },

    saveBody(documentId, documentBody, parents) {
      found(documents.get(documentId), 'document');
      for (const parent of parents) {
        if (versions.find(parent)?.document_id !== documentId) {
          throw new AppError(
            'invalid_input',
            'The text was written on top of a version that this document does not have. ' +
              'Nothing was changed. Open the document again and save.',
            { details: { version_id: parent } },
          );
        }
      }
      const field = 'document_body' satisfies DocumentField;
      const change = append('document', documentId, field, parents, documentBody);
      project('document', documentId, [change]);
      return version(change.id);
    },

    updateDocument(documentId, fields) {
      const document = found(documents.get(documentId), 'document');
      const { notes, ...others } = fields;
      const values = {
        ...given(others),
        ...(notes !== undefined && { notes: notes.map((note) => ({ ...note })) }),
      };
      // A state is said whenever somebody leads there: elsewhere it may have been left meanwhile.
      const { document_state: _state, ...current } = document;
      update('document', documentId, documentFields, values, current);
      return found(documents.get(documentId), 'document');
    },

    updateUser(userId, fields) {
      const user = found(users.get(userId), 'user');
      update('user', userId, userFields, given(fields), user);
      return found(users.get(userId), 'user');
    },

    switchAccountsOn() {
      const there = thereValue(log.names());
      const value = { admin_id: author.id, seen: { ...log.lastSeqs() }, there };
      const [change_id] = set('library', libraryId, { [libraryAccounts]: value });
      writePin(replica, { change_id: change_id!, is_shared: false });
    },

    purgeDocument(documentId) {
      found(documents.get(documentId), 'document');
      set('purge', documentId, { [purgedDocument]: { document_id: documentId } });
      const emptied = projector.purging.takeEmptied();
      // What was judged by words that are gone is judged without them, as it will be elsewhere.
      if (isUnderRules(replica)) applyAll({ projector, replica });
      return emptied;
    },

    addUserDevice({ id, ...key }) {
      const deviceId = id ?? idMadeBy(key.public_key, newId());
      set('user_device', deviceId, { [userDeviceKey]: { ...key } });
      return found(users.device(deviceId), 'machine');
    },

    setDeviceStatus(deviceId, device_status) {
      const device = found(users.device(deviceId), 'machine');
      update('user_device', deviceId, [userDeviceStatus], { device_status }, device);
      return found(users.device(deviceId), 'machine');
    },

    nameReplica(name) {
      const { changes } = projector.history('replica', replicaId);
      if (changes.length === 0) set('replica', replicaId, { [replicaName]: name });
    },

    createComment({ comment_body, anchor, ...content }) {
      found(documents.get(content.document_id), 'document');
      const commentId = idMadeBy(author.id, newId());
      set('comment', commentId, {
        [commentContent]: { ...content, anchor: anchor === null ? null : { ...anchor } },
        [commentBody]: comment_body,
      });
      return found(comments.get(commentId), 'comment');
    },

    updateComment(commentId, fields) {
      const comment = found(comments.get(commentId), 'comment');
      const current = { ...comment, is_resolved: comment.resolved_on !== null, removed_on: null };
      const mutable = [commentBody, commentResolution, commentRemoval];
      update('comment', commentId, mutable, given({ ...fields }), current);
    },

    retain(terms) {
      found(users.get(terms.sponsor_id), 'sponsor');
      found(users.get(terms.editor_id), 'editor');
      found(documents.get(terms.document_id), 'document');
      const retentionId = idMadeBy(author.id, newId());
      set('retention', retentionId, { [retentionTerms]: { ...terms } });
      return found(retentions.get(retentionId), 'retention');
    },

    endRetention(retentionId, endedOn) {
      if (found(retentions.get(retentionId), 'retention').ended_on === null) {
        set('retention', retentionId, { [retentionEnd]: endedOn });
      }
      return found(retentions.get(retentionId), 'retention');
    },

    queueAutodoc({ document_id, version_id, model_name, parameters, seed }) {
      if (versions.find(version_id)?.document_id !== document_id) {
        throw new AppError('not_found', 'There is no such version of this document to draft from.');
      }
      const autodocId = idMadeBy(author.id, newId());
      set('autodoc', autodocId, {
        [autodocRequest]: { version_id, model_name, parameters, seed },
      });
      set('revision', idMadeBy(author.id, newId()), {
        [revisionTie]: { document_id, autodoc_id: autodocId },
      });
      return found(autodocs.get(autodocId), 'draft');
    },

    finishAutodoc(autodocId, outcome) {
      found(autodocs.get(autodocId), 'draft');
      // The log is asked, not the row: an outcome in words of a newer version is one too.
      const { changes } = projector.history('autodoc', autodocId);
      if (changes.some((change) => change.field === autodocOutcome)) {
        throw new AppError(
          'invalid_input',
          'This draft has already ended; what it wrote first is kept.',
          { details: { autodoc_id: autodocId } },
        );
      }
      const candidates = outcome.candidates.map(({ ranking, ...candidate }) => ({
        ...candidate,
        ranking: ranking === null ? null : { ...ranking },
      }));
      set('autodoc', autodocId, { [autodocOutcome]: { ...outcome, candidates } });
      return found(autodocs.get(autodocId), 'draft');
    },
  };

  /** The first change of each field; their ids in the order of the fields. */
  function set(
    entity: string,
    entityId: Id,
    fields: Readonly<Record<string, JsonValue>>,
  ): readonly Id[] {
    const changes = Object.entries(fields).map(([field, value]) =>
      append(entity, entityId, field, [], value),
    );
    project(entity, entityId, changes);
    return changes.map((change) => change.id);
  }

  /** Sets fields anew, on top of what their author saw of them. */
  function update(
    entity: string,
    entityId: Id,
    fields: readonly string[],
    values: Readonly<Record<string, JsonValue>>,
    current: object,
  ): void {
    const history = projector.history(entity, entityId);
    const known = new Map<string, unknown>(Object.entries(current));
    const changes = fields.flatMap((field) => {
      const value = values[field];
      if (value === undefined) return [];
      const heads = fieldHeads(history, field);
      // Setting what is already so says nothing, unless it settles what stood side by side.
      if (heads.length <= 1 && JSON.stringify(value) === JSON.stringify(known.get(field))) {
        return [];
      }
      const parents = heads.map((head) => head.id);
      return [append(entity, entityId, field, parents, value)];
    });
    if (changes.length > 0) project(entity, entityId, changes);
  }

  function append(
    entity: string,
    entityId: Id,
    field: string,
    parents: readonly Id[],
    value: JsonValue,
  ): ChangeNode {
    const change = { actor_id: author.id, entity, entity_id: entityId, field, parents, value };
    return log.append(change, author.sign);
  }

  /** A change of our own that would not count anywhere is not written at all. */
  function project(entity: string, entityId: Id, changes: readonly ChangeNode[]): void {
    const [reason] = projector.update(entity, entityId, changes);
    if (reason === undefined) return;
    throw new AppError('not_allowed', `This was refused, and nothing was changed. ${reason}`, {
      details: { entity, id: entityId },
    });
  }

  function version(versionId: Id | undefined) {
    return found(versionId === undefined ? null : versions.find(versionId), 'version');
  }
}

/** The fields that are set, without those that are undefined. */
function given(fields: Readonly<Record<string, JsonValue | undefined>>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

function found<T>(record: T | null, what: string): T {
  if (record === null) {
    throw new AppError('not_found', `There is no such ${what} in this library.`);
  }
  return record;
}
