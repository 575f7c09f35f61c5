import {
  autodocStates,
  documentStates,
  userStatuses,
  userTypes,
  type Id,
} from '../../contract/domain.ts';
import { userDeviceStatuses } from '../../contract/people.ts';
import type { DerivedTables } from '../database/schema.ts';
import type { ChangeNode } from '../log/change.ts';
import { timeOfId } from '../log/ids.ts';
import { candidateList } from './candidates.ts';
import { commentAnchor, noteList } from './comment-values.ts';
import {
  autodocOutcome,
  autodocRequest,
  commentBody,
  commentContent,
  commentRemoval,
  commentResolution,
  documentFields,
  libraryAccounts,
  replicaName,
  retentionEnd,
  retentionTerms,
  revisionTie,
  userDeviceKey,
  userDeviceStatus,
  userFields,
} from './entities.ts';
import {
  integerList,
  integerOrNull,
  numberOrNull,
  objectOrEmpty,
  oneOf,
  textList,
  textOr,
} from './field-readers.ts';
import { fieldHeads, fieldValue, type EntityHistory } from './fold.ts';
import { machineShare } from './machine-share.ts';
import { searchText } from './search-text.ts';
import { countWords, openingOf } from './text-summary.ts';

/** A row of a derived table. */
export type DerivedRow = {
  [Table in keyof DerivedTables]: { readonly table: Table; readonly row: DerivedTables[Table] };
}[keyof DerivedTables];

/** What a row needs beside the history of its own entity. */
export interface OtherEntities {
  /** What models wrote for a document so far, candidates included. */
  draftTexts(documentId: Id): readonly string[];
}

/**
 * The rows that an entity's history gives: a function of the log alone, so that every machine
 * and every rebuild comes to the same. Kinds that this version does not know give none.
 */
export function rowsOfEntity(
  entity: string,
  history: EntityHistory,
  others: OtherEntities,
): readonly DerivedRow[] {
  // A log may name kinds that every object has something under.
  return Object.hasOwn(projections, entity) ? projections[entity]!(history, others) : [];
}

/** The row that a single change gives: each `document_body` is a version. */
export function rowOfChange(
  entity: string,
  entityId: string,
  change: ChangeNode,
): DerivedRow | null {
  if (entity !== 'document' || change.field !== 'document_body') return null;
  return {
    table: 'versions',
    row: {
      id: change.id,
      document_id: entityId,
      parents: JSON.stringify(change.parents),
      created_by: change.actor_id,
      created_on: timeOfId(change.id),
    },
  };
}

type Projection = (history: EntityHistory, others: OtherEntities) => readonly DerivedRow[];

const projections: Readonly<Record<string, Projection>> = {
  library(history) {
    const [switched] = changesOf(history, [libraryAccounts]);
    if (switched === undefined) return [];
    return [
      {
        table: 'accounts',
        row: {
          id: history.id,
          switched_on_by: switched.actor_id,
          switched_on: timeOfId(switched.id),
        },
      },
    ];
  },

  replica(history) {
    const name = textOr(fieldValue(history, replicaName), null);
    return name === null ? [] : [{ table: 'replicas', row: { id: history.id, name } }];
  },

  user_device(history) {
    const [made] = changesOf(history, [userDeviceKey]);
    if (made === undefined) return [];
    const key = objectOrEmpty(fieldValue(history, userDeviceKey));
    return [
      {
        table: 'user_devices',
        row: {
          id: history.id,
          user_id: textOr(key.user_id, ''),
          device_name: textOr(key.device_name, ''),
          public_key: textOr(key.public_key, ''),
          device_status: oneOf(
            fieldValue(history, userDeviceStatus),
            userDeviceStatuses,
            'pending',
          ),
          created_on: timeOfId(made.id),
        },
      },
    ];
  },

  user(history) {
    const changes = changesOf(history, userFields);
    const first = changes.at(0);
    if (first === undefined) return [];
    const name = textOr(fieldValue(history, 'name'), '');
    const email = textOr(fieldValue(history, 'email'), '');
    const organization = textOr(fieldValue(history, 'organization'), '');
    return [
      {
        table: 'users',
        row: {
          id: history.id,
          name,
          email,
          organization,
          user_type: oneOf(fieldValue(history, 'user_type'), userTypes, 'editor'),
          user_status: oneOf(fieldValue(history, 'user_status'), userStatuses, 'pending'),
          created_on: timeOfId(first.id),
          last_login: textOr(fieldValue(history, 'last_login'), null),
          search_text: searchText(`${name} ${email} ${organization}`),
        },
      },
    ];
  },

  document(history, others) {
    const changes = changesOf(history, documentFields);
    const first = changes.at(0);
    const last = changes.at(-1);
    if (first === undefined || last === undefined) return [];
    const body = textOr(fieldValue(history, 'document_body'), '');
    return [
      {
        table: 'documents',
        row: {
          id: history.id,
          document_name: textOr(fieldValue(history, 'document_name'), ''),
          document_body: body,
          document_state: oneOf(fieldValue(history, 'document_state'), documentStates, 'draft'),
          folder: textOr(fieldValue(history, 'folder'), ''),
          tags: JSON.stringify(textList(fieldValue(history, 'tags'))),
          brief: textOr(fieldValue(history, 'brief'), ''),
          due_on: textOr(fieldValue(history, 'due_on'), null),
          target_words: integerOrNull(fieldValue(history, 'target_words')),
          notes: JSON.stringify(noteList(fieldValue(history, 'notes'))),
          created_by: first.actor_id,
          created_on: timeOfId(first.id),
          updated_on: timeOfId(last.id),
          trashed_on: textOr(fieldValue(history, 'trashed_on'), null),
        },
      },
      {
        table: 'document_summaries',
        row: {
          id: history.id,
          excerpt: openingOf(body),
          words: countWords(body),
          machine_share: machineShare(body, others.draftTexts(history.id)),
        },
      },
    ];
  },

  retention(history) {
    const agreed = changesOf(history, [retentionTerms]).at(0);
    if (agreed === undefined) return [];
    const terms = objectOrEmpty(fieldValue(history, retentionTerms));
    return [
      {
        table: 'retentions',
        row: {
          id: history.id,
          sponsor_id: textOr(terms.sponsor_id, ''),
          editor_id: textOr(terms.editor_id, ''),
          document_id: textOr(terms.document_id, ''),
          created_on: timeOfId(agreed.id),
          ended_on: textOr(fieldValue(history, retentionEnd), null),
        },
      },
    ];
  },

  autodoc(history) {
    const asked = changesOf(history, [autodocRequest]).at(0);
    if (asked === undefined) return [];
    const request = objectOrEmpty(fieldValue(history, autodocRequest));
    const outcome = objectOrEmpty(fieldValue(history, autodocOutcome));
    return [
      {
        table: 'autodocs',
        row: {
          id: history.id,
          autodoc_body: textOr(outcome.autodoc_body, ''),
          autodoc_state: oneOf(outcome.autodoc_state, autodocStates, 'queued'),
          failure: textOr(outcome.failure, null),
          version_id: textOr(request.version_id, ''),
          prompt_start: integerOrNull(outcome.prompt_start),
          prompt_end: integerOrNull(outcome.prompt_end),
          model_name: textOr(request.model_name, ''),
          model_sha256: textOr(outcome.model_sha256, null),
          parameters: JSON.stringify(objectOrEmpty(request.parameters)),
          seed: integerOrNull(request.seed) ?? 0,
          device: textOr(outcome.device, null),
          variant: textOr(outcome.variant, null),
          tokens: integerOrNull(outcome.tokens),
          score: numberOrNull(outcome.score),
          duration_ms: numberOrNull(outcome.duration_ms),
          created_by: asked.actor_id,
          created_on: timeOfId(asked.id),
          candidates: JSON.stringify(candidateList(outcome.candidates)),
          token_ids: JSON.stringify(integerList(outcome.token_ids)),
        },
      },
    ];
  },

  revision(history) {
    const tied = changesOf(history, [revisionTie]).at(0);
    if (tied === undefined) return [];
    const tie = objectOrEmpty(fieldValue(history, revisionTie));
    return [
      {
        table: 'revisions',
        row: {
          id: history.id,
          document_id: textOr(tie.document_id, ''),
          autodoc_id: textOr(tie.autodoc_id, ''),
          created_on: timeOfId(tied.id),
        },
      },
    ];
  },

  comment(history) {
    const [made] = changesOf(history, commentFields);
    if (made === undefined) return [];
    const content = objectOrEmpty(fieldValue(history, commentContent));
    const anchor = commentAnchor(content.anchor);
    const bodies = changesOf(history, [commentBody]);
    const resolution = fieldHeads(history, commentResolution).at(-1);
    const isResolved = fieldValue(history, commentResolution) === true;
    return [
      {
        table: 'comments',
        row: {
          id: history.id,
          document_id: textOr(content.document_id, ''),
          thread_id: textOr(content.thread_id, null),
          comment_body: textOr(fieldValue(history, commentBody), ''),
          anchor: anchor === null ? null : JSON.stringify(anchor),
          document_state: documentStates.find((state) => state === content.document_state) ?? null,
          created_by: made.actor_id,
          created_on: timeOfId(made.id),
          edited_on: bodies.length > 1 ? timeOfId(bodies.at(-1)!.id) : null,
          resolved_on: isResolved && resolution !== undefined ? timeOfId(resolution.id) : null,
          resolved_by: isResolved && resolution !== undefined ? resolution.actor_id : null,
          removed_on: textOr(fieldValue(history, commentRemoval), null),
        },
      },
    ];
  },
};

const commentFields = [commentContent, commentBody, commentResolution, commentRemoval];

/** The changes to fields that this version knows; a newer one's stay without effect. */
function changesOf(history: EntityHistory, fields: readonly string[]): readonly ChangeNode[] {
  return history.changes.filter((change) => fields.includes(change.field));
}
