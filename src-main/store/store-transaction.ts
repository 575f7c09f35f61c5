import type { Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { JsonValue } from './log/change.ts';
import type { ChangeReader, ChangeWriter } from './log/change-log.ts';
import {
  autodocOutcome,
  autodocRequest,
  documentFields,
  retentionEnd,
  retentionTerms,
  revisionTie,
  type DocumentField,
} from './projection/entities.ts';
import { fieldHeads } from './projection/fold.ts';
import type { Projector } from './projection/projector.ts';
import type { StoredVersions } from './repositories/versions.ts';
import type { LibraryStore, StoreTransaction } from './types.ts';

/** What the work of a transaction reads and writes with. */
export interface TransactionRoom {
  readonly log: ChangeReader & ChangeWriter;
  readonly projector: Projector;
  readonly newId: () => Id;
  readonly users: LibraryStore['users'];
  readonly documents: LibraryStore['documents'];
  readonly retentions: LibraryStore['retentions'];
  readonly versions: StoredVersions;
  readonly autodocs: LibraryStore['autodocs'];
}

/** The writes of one actor. Each appends to the log and brings the derived rows up to it. */
export function createStoreTransaction(actorId: Id, room: TransactionRoom): StoreTransaction {
  const { log, projector, newId, users, documents, retentions, versions, autodocs } = room;

  return {
    createUser({ id: userId = newId(), ...fields }) {
      if (users.get(userId) !== null) {
        throw new AppError('already_exists', 'This user is already in the library.');
      }
      set('user', userId, fields);
      return found(users.get(userId), 'user');
    },

    createDocument({ document_name, document_body }) {
      const documentId = newId();
      const [, versionId] = set('document', documentId, { document_name, document_body });
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
      const change = log.append({
        actor_id: actorId,
        entity: 'document',
        entity_id: documentId,
        field: 'document_body' satisfies DocumentField,
        parents,
        value: documentBody,
      });
      projector.update('document', documentId, [change]);
      return version(change.id);
    },

    updateDocument(documentId, fields) {
      const document = found(documents.get(documentId), 'document');
      const history = projector.history('document', documentId);
      const changes = documentFields.flatMap((field) => {
        if (field === 'document_body') return [];
        const value = fields[field];
        if (value === undefined) return [];
        const heads = fieldHeads(history, field);
        // Setting what is already so says nothing, unless it settles what stood side by side.
        if (heads.length <= 1 && JSON.stringify(value) === JSON.stringify(document[field])) {
          return [];
        }
        const parents = heads.map((head) => head.id);
        return [
          log.append({
            actor_id: actorId,
            entity: 'document',
            entity_id: documentId,
            field,
            parents,
            value,
          }),
        ];
      });
      if (changes.length > 0) projector.update('document', documentId, changes);
      return found(documents.get(documentId), 'document');
    },

    retain(terms) {
      found(users.get(terms.sponsor_id), 'sponsor');
      found(users.get(terms.editor_id), 'editor');
      found(documents.get(terms.document_id), 'document');
      const retentionId = newId();
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
      const autodocId = newId();
      set('autodoc', autodocId, {
        [autodocRequest]: { version_id, model_name, parameters, seed },
      });
      set('revision', newId(), { [revisionTie]: { document_id, autodoc_id: autodocId } });
      return found(autodocs.get(autodocId), 'draft');
    },

    finishAutodoc(autodocId, outcome) {
      found(autodocs.get(autodocId), 'draft');
      // The log is asked, not the row: an outcome in words of a newer version is one too.
      if (log.history('autodoc', autodocId).some((change) => change.field === autodocOutcome)) {
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
      log.append({
        actor_id: actorId,
        entity,
        entity_id: entityId,
        field,
        parents: [],
        value,
      }),
    );
    projector.update(entity, entityId, changes);
    return changes.map((change) => change.id);
  }

  function version(versionId: Id | undefined) {
    return found(versionId === undefined ? null : versions.find(versionId), 'version');
  }
}

function found<T>(record: T | null, what: string): T {
  if (record === null) {
    throw new AppError('not_found', `There is no such ${what} in this library.`);
  }
  return record;
}
