import type { Id } from '../../contract/domain.ts';
import type { ChangesTable, DerivedTables } from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { parseJson } from '../projection/field-readers.ts';
import { judge } from './judge.ts';
import { ReplayedFacts } from './replayed-facts.ts';

/** Fields whose values no judgement asks for: texts, which may be long. */
const texts = new Set(['document_body', 'brief', 'notes', 'comment_body']);

/**
 * Judges every change of the log anew, in (hlc, id) order. The whole truth about what counts:
 * whichever way the changes arrived, every machine comes to these.
 */
export function judgeLog(log: ChangeReader, libraryId: Id): readonly DerivedTables['refusals'][] {
  const facts = new ReplayedFacts(libraryId);
  const refusals: DerivedTables['refusals'][] = [];
  for (const change of log.inOrder()) {
    const value = readOnce(change, log);
    const reason = judge({ ...change, value }, facts);
    const { id, entity, entity_id } = change;
    if (reason === null) facts.add({ ...change, parents: parentsOf(change), value });
    else refusals.push({ id, entity, entity_id, reason });
  }
  return refusals;
}

function parentsOf({ parents }: ChangesTable): readonly Id[] {
  const list: unknown = parseJson(parents);
  return Array.isArray(list) ? list.filter((id) => typeof id === 'string') : [];
}

/** A change's value, decoded when it is first asked for. */
function readOnce(change: ChangesTable, log: ChangeReader): () => JsonValue | undefined {
  let isRead = false;
  let value: JsonValue | undefined;
  return () => {
    if (!isRead && !texts.has(change.field)) value = parseJson(log.value(change.id));
    isRead = true;
    return value;
  };
}
