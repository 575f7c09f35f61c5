import { documentStates, userStatuses, userTypes } from '../../contract/domain.ts';
import { userDeviceStatuses } from '../../contract/people.ts';
import type { ChangeNode } from '../log/change.ts';
import { timeOfId } from '../log/ids.ts';
import { autodocRows } from './autodoc-rows.ts';
import { commentAnchor, noteList } from './comment-values.ts';
import type { DerivedRow, OtherEntities } from './derived-row.ts';
import { documentState } from './document-state.ts';
import { shownText } from './document-versions.ts';
import {
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
} from './entities.ts';
import { integerOrNull, objectOrEmpty, oneOf, textList, textOr } from './field-readers.ts';
import { fieldHeads, fieldValue, type EntityHistory } from './fold.ts';
import { machineShare } from './machine-share.ts';
import { searchText } from './search-text.ts';
import { countWords, openingOf } from './text-summary.ts';

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
  others: OtherEntities,
): DerivedRow | null {
  if (entity !== 'document' || change.field !== 'document_body') return null;
  if (others.isPurged(entityId)) return null;
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

  purge(history) {
    const counted = changesOf(history, [purgedDocument]).find(
      (change) => objectOrEmpty(history.valueOf(change)).document_id === history.id,
    );
    if (counted === undefined) return [];
    const row = { id: history.id, purged_by: counted.actor_id, purged_on: timeOfId(counted.id) };
    return [{ table: 'purges', row }];
  },

  document(history, others) {
    if (others.isPurged(history.id)) return [];
    const changes = changesOf(history, documentFields);
    const first = changes.at(0);
    const last = changes.at(-1);
    if (first === undefined || last === undefined) return [];
    const { text: body, beside } = shownText(history);
    return [
      {
        table: 'documents',
        row: {
          id: history.id,
          document_name: textOr(fieldValue(history, 'document_name'), ''),
          document_body: body,
          document_state: documentState(history),
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
      ...beside.map(({ id, actor_id }) => ({
        table: 'conflicts' as const,
        row: { id, document_id: history.id, created_by: actor_id, created_on: timeOfId(id) },
      })),
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

  autodoc: autodocRows,

  revision(history, others) {
    const tied = changesOf(history, [revisionTie]).at(0);
    if (tied === undefined) return [];
    const tie = objectOrEmpty(fieldValue(history, revisionTie));
    const document_id = textOr(tie.document_id, '');
    if (others.isPurged(document_id)) return [];
    return [
      {
        table: 'revisions',
        row: {
          id: history.id,
          document_id,
          autodoc_id: textOr(tie.autodoc_id, ''),
          created_on: timeOfId(tied.id),
        },
      },
    ];
  },

  comment(history, others) {
    const [made] = changesOf(history, commentFields);
    const said = fieldValue(history, commentContent);
    // Whose it is is not known: it has not come yet, or was purged with its document.
    if (made === undefined || said === undefined) return [];
    const content = objectOrEmpty(said);
    const document_id = textOr(content.document_id, '');
    if (others.isPurged(document_id)) return [];
    const anchor = commentAnchor(content.anchor);
    const bodies = changesOf(history, [commentBody]);
    const resolution = fieldHeads(history, commentResolution).at(-1);
    const isResolved = fieldValue(history, commentResolution) === true;
    return [
      {
        table: 'comments',
        row: {
          id: history.id,
          document_id,
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
