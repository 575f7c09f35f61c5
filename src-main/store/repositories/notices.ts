import { sql } from 'kysely';
import type { DocumentState, Id } from '../../contract/domain.ts';
import type { Notice, NoticeKind } from '../../contract/work.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { timeOfId } from '../log/ids.ts';
import { parseParents } from '../log/sqlite-change-reader.ts';
import { objectOrEmpty, parseJson, textOr } from '../projection/field-readers.ts';
import { presentEditor } from './present-editor.ts';
import type { LibraryStore } from '../types.ts';

const dayMs = 24 * 60 * 60 * 1000;
const horizonMs = 60 * dayMs;
const dueSoonMs = 3 * dayMs;
const maxNotices = 300;
/** Changes looked at for them, newest first: others' drafts are among them and tell nobody. */
const maxChanges = 5_000;

/** How far a user has read on this machine, among its values. */
interface ReadMark {
  /** The last change that was here, in the order of arrival. */
  readonly position: number;
  /** Reminders that were read: no change makes them. */
  readonly reminders: readonly string[];
}

/** What is told of is found in the log itself, where it cannot be lost or told twice. */
export function createNotices(
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
  values: LibraryStore['values'],
): LibraryStore['userNotices'] {
  const { query } = replica;

  return {
    list: ({ user_id, now_ms }) => {
      const mark = readMark(user_id);
      return [...changesToTell(user_id, now_ms, mark), ...reminders(user_id, now_ms, mark)]
        .sort((one, other) => other.created_on.localeCompare(one.created_on))
        .slice(0, maxNotices);
    },

    markRead(userId, notices) {
      const last = replica.first(
        query.selectFrom('changes').select(sql<number>`max(rowid)`.as('position')),
      );
      const reminders = notices.filter(({ kind }) => kind === 'due_soon').map(({ id }) => id);
      values.set(markKey(userId), {
        position: last?.position ?? 0,
        reminders,
      } satisfies ReadMark);
    },
  };

  function readMark(userId: Id): ReadMark {
    const kept = values.get(markKey(userId)) as Partial<ReadMark> | null;
    return { position: kept?.position ?? 0, reminders: kept?.reminders ?? [] };
  }

  function changesToTell(userId: Id, nowMs: number, mark: ReadMark): readonly Notice[] {
    const since = (nowMs - horizonMs).toString(16).padStart(12, '0');
    const rows = replica.all(
      query
        .selectFrom(
          query
            .selectFrom('changes')
            .select([sql<number>`changes.rowid`.as('position'), 'id', 'hlc', 'actor_id'])
            .select(['entity', 'entity_id', 'field', 'value', 'parents'])
            .where('field', 'in', ['document_state', 'terms', 'content', 'outcome'])
            .where('hlc', '>=', since)
            .orderBy('hlc', 'desc')
            .limit(maxChanges)
            .as('told'),
        )
        .leftJoin('retentions', 'retentions.id', 'told.entity_id')
        .leftJoin('comments', 'comments.id', 'told.entity_id')
        .leftJoin('revisions', 'revisions.autodoc_id', 'told.entity_id')
        .innerJoin('documents', (join) =>
          join.on(
            'documents.id',
            '=',
            sql<Id>`case told.entity
              when 'document' then told.entity_id
              when 'retention' then retentions.document_id
              when 'comment' then comments.document_id
              else revisions.document_id end`,
          ),
        )
        .leftJoin('users', 'users.id', 'told.actor_id')
        .leftJoin('refusals', 'refusals.id', 'told.id')
        .select([
          'told.position',
          'told.id',
          'told.actor_id',
          'told.field',
          'told.value',
          'told.parents',
          'documents.id as document_id',
          'documents.document_name',
          'documents.created_by',
          'users.name as actor_name',
          'retentions.editor_id as retained_id',
          'comments.document_state as hand_over',
          'comments.removed_on',
        ])
        // Of what is told here, drafts alone are their own.
        .where(sql<boolean>`(told.field = 'outcome') = (told.actor_id = ${userId})`)
        .where('refusals.id', 'is', null)
        .where('trashed_on', 'is', null)
        .where((eb) =>
          eb.or([eb('documents.created_by', '=', userId), eb(presentEditor, '=', userId)]),
        )
        .orderBy('told.hlc', 'desc')
        .orderBy('told.id', 'desc'),
    );
    const drafted = new Set<Id>();
    return rows.flatMap((row): Notice[] => {
      const told = kindOf(row, userId, log);
      const kind = told === 'in_review' && followsApproval(row.parents) ? 'reopened' : told;
      if (kind === null) return [];
      if (kind === 'drafted') {
        // Of a document's drafts the latest is told of.
        if (drafted.has(row.document_id)) return [];
        drafted.add(row.document_id);
      }
      const { id, document_id, document_name, actor_name, position } = row;
      return [
        {
          ...{ id, kind, document_id, document_name },
          actor_name: kind === 'drafted' ? null : actor_name,
          created_on: timeOfId(id),
          is_read: position <= mark.position,
        },
      ];
    });
  }

  /** Whether a document came into a state from having been approved. */
  function followsApproval(parents: string): boolean {
    const [parent] = parseParents(parents);
    if (parent === undefined) return false;
    const row = replica.first(query.selectFrom('changes').select('value').where('id', '=', parent));
    return row?.value === JSON.stringify('approved' satisfies DocumentState);
  }

  /** Documents of theirs that are due within three days, or overdue, and not done. */
  function reminders(userId: Id, nowMs: number, mark: ReadMark): readonly Notice[] {
    const soon = new Date(nowMs + dueSoonMs).toISOString().slice(0, 10);
    const rows = replica.all(
      query
        .selectFrom('documents')
        .select(['id', 'document_name', 'due_on'])
        .where('due_on', '<=', soon)
        .where('document_state', 'not in', ['approved', 'archived'])
        .where('trashed_on', 'is', null)
        .where((eb) => eb.or([eb('created_by', '=', userId), eb(presentEditor, '=', userId)]))
        .orderBy('due_on', 'desc')
        .limit(maxNotices),
    );
    return rows.map(({ id: document_id, document_name, due_on }) => {
      const id = `due:${document_id}:${due_on ?? ''}`;
      const remindedOn = Math.min(nowMs, Date.parse(`${due_on ?? ''}T00:00:00Z`) - dueSoonMs);
      return {
        ...{ id, kind: 'due_soon' as const, document_id, document_name },
        actor_name: null,
        created_on: new Date(Number.isNaN(remindedOn) ? nowMs : remindedOn).toISOString(),
        is_read: mark.reminders.includes(id),
      };
    });
  }
}

const markKey = (userId: Id): string => `notices ${userId}`;

interface ToldChange {
  readonly id: Id;
  readonly actor_id: Id;
  readonly field: string;
  readonly value: string | Uint8Array | null;
  readonly parents: string;
  readonly created_by: Id;
  readonly retained_id: Id | null;
  readonly hand_over: string | null;
  readonly removed_on: string | null;
}

/** What a change tells a user; null for nothing. Nobody is told of what they did themselves. */
function kindOf(change: ToldChange, userId: Id, log: ChangeReader): NoticeKind | null {
  // What is long does not lie as text.
  const text = typeof change.value === 'string' ? change.value : log.value(change.id);
  const value = parseJson(text);
  if (change.field === 'outcome') {
    const isDone = objectOrEmpty(value).autodoc_state === 'done';
    return isDone && change.actor_id === userId ? 'drafted' : null;
  }
  if (change.actor_id === userId) return null;
  switch (change.field) {
    case 'terms':
      return change.retained_id === userId ? 'assigned' : null;
    case 'content':
      // A hand-over note comes with its step, which is told of.
      return change.hand_over === null && change.removed_on === null ? 'comment' : null;
    default:
      return kindOfState(textOr(value, null));
  }
}

/** The states that people are told of are called as their notices. */
const toldStates = ['in_review', 'changes_requested', 'approved'] as const;

function kindOfState(state: string | null): NoticeKind | null {
  return toldStates.find((told) => told === state) ?? null;
}
