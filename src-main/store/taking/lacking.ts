import type { Id } from '../../contract/domain.ts';
import type { ChangesTable } from '../database/schema.ts';
import type { ChangeNode } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { parseParents } from '../log/sqlite-change-reader.ts';
import { revisionTie } from '../projection/entities.ts';
import { objectOrEmpty, parseJson, textOr } from '../projection/field-readers.ts';
import { compareLogs, type Difference } from './compare-logs.ts';
import { isSoundRow, isWhole } from './sound-change.ts';
import type { ChangeSource } from './types.ts';

/** A change that another log has and this one lacks, or has without its value. */
export interface LackingChange extends ChangeNode {
  readonly replica_id: Id;
  readonly seq: number;
  readonly entity: string;
  readonly entity_id: Id;
  /** Here, but without its value. */
  readonly isHere: boolean;
}

/** What is lacking of one entity, in (hlc, id) order. */
export interface LackingEntity {
  readonly entity: string;
  readonly entityId: Id;
  readonly changes: LackingChange[];
}

export interface Lacking {
  /** By id. */
  readonly changes: Map<Id, LackingChange>;
  /** Here under the same id with another hash. */
  readonly collisions: readonly ChangesTable[];
  readonly damaged: number;
  /** Whole here, and without their values in the other log. */
  readonly emptiedThere: readonly Id[];
  /**
   * Whether the other log lacks something; null where that depends on what becomes of what it has
   * otherwise than this one.
   */
  readonly isAhead: boolean | null;
}

const comesFromThere: readonly Difference['kind'][] = ['theirs', 'emptied here', 'collision'];
/** Reading is interrupted after this many changes: somebody may want to stop. */
const changesAtATime = 500;

/** Finds what is lacking. Values are not looked at yet. */
export async function findLacking(
  { log, ours }: { readonly log: ChangeReader; readonly ours: ChangeSource },
  source: ChangeSource,
  pause: () => Promise<void>,
): Promise<Lacking> {
  const found: Difference[] = [];
  const emptiedThere: Id[] = [];
  const kinds = new Set<Difference['kind']>();
  for (const difference of compareLogs(log, source)) {
    const { id, kind } = difference;
    // What a disk has spoilt here is of use to nobody.
    if (kind !== 'ours' || kinds.has('ours') || isWhole(ours, id)) kinds.add(kind);
    if (comesFromThere.includes(difference.kind)) found.push(difference);
    if (difference.kind === 'emptied there') emptiedThere.push(difference.id);
  }
  const changes = new Map<Id, LackingChange>();
  const collisions: ChangesTable[] = [];
  let damaged = 0;
  for (const [at, { id, kind }] of found.entries()) {
    if (at % changesAtATime === changesAtATime - 1) await pause();
    const row = source.change(id);
    if (row?.id !== id || !isSoundRow(row)) damaged += 1;
    else if (kind === 'collision') collisions.push(row);
    else changes.set(id, toLacking(row, kind === 'emptied here'));
  }
  const isOpen = kinds.has('collision') || kinds.has('emptied here');
  const isAhead = isOpen ? null : kinds.has('ours') || kinds.has('emptied there');
  return { changes, collisions, damaged, emptiedThere, isAhead };
}

export function toLacking(row: ChangesTable, isHere: boolean): LackingChange {
  const { id, replica_id, seq, hlc, actor_id, entity, entity_id, field } = row;
  const parents = parseParents(row.parents);
  return { id, replica_id, seq, hlc, actor_id, entity, entity_id, field, parents, isHere };
}

/**
 * What decides on others first, what others are shown with last: then most rows are made once.
 * Drafts and their ties stand together, document by document, and before the documents.
 */
const kinds = ['library', 'user', 'user_device', 'import', 'replica', 'purge'];
const drafts = ['autodoc', 'revision'];

/** Entity by entity, in the order in which they are best taken. */
export function inOrderOfTaking(
  changes: ReadonlyMap<Id, LackingChange>,
  source: ChangeSource,
): LackingEntity[] {
  const entities = new Map<string, LackingEntity>();
  for (const change of [...changes.values()].sort(byTime)) {
    const key = `${change.entity} ${change.entity_id}`;
    const known = entities.get(key);
    if (known !== undefined) known.changes.push(change);
    else {
      const { entity, entity_id: entityId } = change;
      entities.set(key, { entity, entityId, changes: [change] });
    }
  }
  const documentOf = documentsOfDrafts(entities.values(), source);
  const keyed = [...entities.values()].map((each) => ({
    each,
    rank: rankOf(each.entity),
    draftedFor: documentOf.get(each.entityId) ?? '',
  }));
  keyed.sort(
    (one, other) =>
      one.rank - other.rank ||
      compare(one.draftedFor, other.draftedFor) ||
      byTime(one.each.changes[0]!, other.each.changes[0]!),
  );
  return keyed.map(({ each }) => each);
}

type InTime = Pick<ChangeNode, 'hlc' | 'id'>;

/** (hlc, id) order. */
export function byTime(one: InTime, other: InTime): number {
  return compare(one.hlc, other.hlc) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function rankOf(entity: string): number {
  const known = kinds.indexOf(entity);
  if (known >= 0) return known;
  if (entity === 'document') return kinds.length + 2;
  return drafts.includes(entity) ? kinds.length + 1 : kinds.length;
}

/** As far as their ties are among what is lacking, by the ids of autodocs and of revisions. */
function documentsOfDrafts(
  entities: Iterable<LackingEntity>,
  source: ChangeSource,
): ReadonlyMap<Id, Id> {
  const documentOf = new Map<Id, Id>();
  for (const { entity, entityId, changes } of entities) {
    if (entity !== 'revision') continue;
    const tie = changes.find(({ field }) => field === revisionTie);
    if (tie === undefined) continue;
    const { document_id, autodoc_id } = objectOrEmpty(parseJson(source.value(tie.id)));
    documentOf.set(entityId, textOr(document_id, ''));
    documentOf.set(textOr(autodoc_id, ''), textOr(document_id, ''));
  }
  return documentOf;
}
