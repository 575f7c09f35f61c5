import { sql, type RawBuilder } from 'kysely';
import { auditEntities, type AuditEntry, type AuditFilter } from '../../contract/audit.ts';
import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { timeOfId } from '../log/ids.ts';
import {
  autodocOutcome,
  libraryAccounts,
  retentionTerms,
  userDeviceKey,
} from '../projection/entities.ts';
import { objectOrEmpty, parseJson, textOr } from '../projection/field-readers.ts';
import { openingOf } from '../projection/text-summary.ts';
import type { LibraryStore } from '../types.ts';

/** Fields whose values are short facts. Never a text. */
const facts = new Set([
  'document_name',
  'document_state',
  'due_on',
  'target_words',
  'folder',
  'trashed_on',
  'user_type',
  'user_status',
  'name',
  'device_status',
  'ended_on',
  'is_resolved',
]);

/** Fields that say several things at once, and the one of them that is told. */
const partsOfFacts: Readonly<Record<string, string>> = {
  [retentionTerms]: 'editor_id',
  [userDeviceKey]: 'device_name',
  [autodocOutcome]: 'autodoc_state',
};

/**
 * What the log tells of, in the words of its indexes. Signing in is no deed, and what comes along
 * with a beginning (a comment's words, a document's first text, a new account's name) is told
 * with it.
 */
const told = sql<boolean>`entity in (${sql.join(auditEntities.map((entity) => sql.lit(entity)))})
  and field <> 'last_login'
  and not (parents = '[]' and field in
    ('comment_body', 'document_body', 'name', 'email', 'organization', 'user_type'))`;

/** What of an entry one query answers; the rest is looked up for the page alone. */
type ToldChange = Omit<AuditEntry, 'changed_on' | 'document_id' | 'subject_name' | 'value'>;

export function createAudit(
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
): LibraryStore['audit'] {
  const { query } = replica;

  return {
    page({ offset, limit, ...filter }) {
      const conditions = sql.join(conditionsOf(filter), sql` and `);
      const found = sql`from changes indexed by ${sql.raw(indexFor(filter))}
        where ${told} and ${conditions}`;
      // What was refused is always told, what was purged too, and both are little.
      const alsoFound = sql`from (
          select changes.* from refusals cross join changes on changes.id = refusals.id
          union
          select changes.* from changes indexed by changes_of_entity where entity = 'purge'
        ) as changes
        where not (${told}) and ${conditions}`;
      const counted = sql<{ total: number }>`
        select (select count(*) ${found}) + (select count(*) ${alsoFound}) as total`;
      const { total } = replica.first(counted.compile(query))!;
      // First which ones, in the index's own order and from it alone; then all about those. A
      // cross join is SQLite's word for joining in the order that is written here.
      const page = sql<ToldChange>`
        select changes.id, changes.actor_id, actor.name as actor_name, changes.replica_id,
          replicas.name as machine_name, changes.entity, changes.entity_id, changes.field,
          refusals.reason as refused
        from (
          select changes.id, hlc ${found}
          union all
          select changes.id, hlc ${alsoFound}
          order by hlc desc, id desc
          limit ${limit} offset ${offset}
        ) as found
          cross join changes on changes.id = found.id
          left join users as actor on actor.id = changes.actor_id
          left join replicas on replicas.id = changes.replica_id
          left join refusals on refusals.id = changes.id
        order by changes.hlc desc, changes.id desc`;
      const rows = replica.all(page.compile(query));
      const entries = rows.map((row): AuditEntry => {
        const documentId = documentOf(row.entity, row.entity_id);
        return {
          ...row,
          changed_on: timeOfId(row.id),
          document_id: documentId,
          subject_name: subjectOf(row.entity, row.entity_id, documentId),
          value: valueOf(row),
        };
      });
      return { entries, total };
    },
  };

  /** A short fact, and of a retention the editor's name. */
  function valueOf({ id, field }: Pick<AuditEntry, 'id' | 'field'>): string | null {
    if (field === libraryAccounts) return 'on';
    if (!facts.has(field) && !(field in partsOfFacts)) return null;
    const value = parseJson(log.value(id));
    if (field === retentionTerms)
      return nameOf('users', textOr(objectOrEmpty(value).editor_id, ''));
    const fact = facts.has(field) ? value : objectOrEmpty(value)[partsOfFacts[field]!];
    return fact === undefined || fact === null || typeof fact === 'object'
      ? null
      : openingOf(String(fact));
  }

  function documentOf(entity: string, entityId: Id): Id | null {
    switch (entity) {
      case 'document':
      case 'purge':
        return entityId;
      case 'retention':
      case 'comment':
        return (
          replica.first(
            query
              .selectFrom(entity === 'retention' ? 'retentions' : 'comments')
              .select('document_id')
              .where('id', '=', entityId),
          )?.document_id ?? null
        );
      case 'autodoc':
        return (
          replica.first(
            query.selectFrom('revisions').select('document_id').where('autodoc_id', '=', entityId),
          )?.document_id ?? null
        );
      default:
        return null;
    }
  }

  function subjectOf(entity: string, entityId: Id, documentId: Id | null): string | null {
    if (documentId !== null) return nameOf('documents', documentId);
    if (entity === 'user') return nameOf('users', entityId);
    if (entity !== 'user_device') return null;
    const device = replica.first(
      query.selectFrom('user_devices').select('user_id').where('id', '=', entityId),
    );
    return device === undefined ? null : nameOf('users', device.user_id);
  }

  function nameOf(table: 'users' | 'documents', id: Id): string | null {
    const row =
      table === 'users'
        ? replica.first(query.selectFrom('users').select('name').where('id', '=', id))
        : replica.first(
            query.selectFrom('documents').select('document_name as name').where('id', '=', id),
          );
    return row?.name ?? null;
  }
}

/**
 * SQLite keeps no statistics here, and takes the first index that has one of the columns: half a
 * second for a page of a log that has 300,000 changes.
 */
function indexFor({ actor_id, document_id }: AuditFilter): string {
  if (document_id !== null) return 'changes_of_entity';
  return actor_id === null ? 'changes_told' : 'changes_told_of_actor';
}

function conditionsOf({
  actor_id,
  entity,
  document_id,
  from,
  to,
}: AuditFilter): readonly RawBuilder<boolean>[] {
  return [
    sql<boolean>`true`,
    ...(actor_id === null ? [] : [sql<boolean>`actor_id = ${actor_id}`]),
    ...(entity === null ? [] : [sql<boolean>`entity = ${entity}`]),
    ...(document_id === null ? [] : [aboutDocument(document_id)]),
    // The time that an id begins with sorts as text.
    ...(from === null ? [] : [sql<boolean>`changes.id >= ${idOfDay(from)}`]),
    ...(to === null ? [] : [sql<boolean>`changes.id < ${idOfDay(to, 1)}`]),
  ];
}

function aboutDocument(documentId: Id): RawBuilder<boolean> {
  return sql<boolean>`changes.entity_id in (
    select ${documentId}
    union select id from retentions where document_id = ${documentId}
    union select id from comments where document_id = ${documentId}
    union select autodoc_id from revisions where document_id = ${documentId}
  )`;
}

/** The smallest id that was made on a day, or `later` days after it. */
function idOfDay(day: string, later = 0): string {
  const milliseconds = Date.parse(`${day}T00:00:00Z`) + later * 24 * 60 * 60 * 1000;
  const digits = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
