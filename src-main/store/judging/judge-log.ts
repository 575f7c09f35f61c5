import type { Id } from '../../contract/domain.ts';
import type { ChangesTable, DerivedTables } from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { parseParents } from '../log/sqlite-change-reader.ts';
import { importedChanges, libraryAccounts } from '../projection/entities.ts';
import { integerOrNull, objectOrEmpty, parseJson, textList } from '../projection/field-readers.ts';
import { judge, type Refusal } from './judge.ts';
import { ReplayedFacts, type KnownOfTheWhole } from './replayed-facts.ts';

type RefusedChange = DerivedTables['refusals'];

/** Fields whose values no judgement asks for: texts, which may be long. */
const texts = new Set(['document_body', 'brief', 'notes', 'comment_body']);

/**
 * Judges every change of the log anew, in (hlc, id) order. The whole truth about what counts:
 * whichever way the changes arrived, every machine comes to these.
 *
 * Three times over, as two things decide on changes that stand before them: the change that
 * switched accounts on says what was there by then, and an admin's import says what it brought.
 * Neither can be decided by what it decides on: an import lets nobody in.
 */
export function judgeLog(log: ChangeReader, libraryId: Id): readonly RefusedChange[] {
  const seen = seenAtSwitch(log, libraryId);
  if (seen === null) return [];
  const vouched = new Set<string>();
  const known = { libraryId, seen, vouched: new Set<string>() };
  const refused = replay(log, known, ({ entity, field }, value, reason) => {
    if (reason !== null || entity !== 'import' || field !== importedChanges) return;
    for (const hash of textList(value())) vouched.add(hash);
  });
  return vouched.size === 0 ? refused : replay(log, { ...known, vouched });
}

/** How far each replica had written by then; null while accounts are not on. */
function seenAtSwitch(log: ChangeReader, libraryId: Id): ReadonlyMap<Id, number> | null {
  const facts = new ReplayedFacts({ libraryId, seen: null, vouched: new Set() });
  for (const change of log.inOrder()) {
    const value = readOnce(change, log);
    if (judge({ ...change, value }, facts) === null) facts.add(counted(change, value));
    if (change.field !== libraryAccounts || !facts.accountsAreOn()) continue;
    const seen = Object.entries(objectOrEmpty(objectOrEmpty(value()).seen));
    return new Map(seen.map(([replica, seq]) => [replica, integerOrNull(seq) ?? 0]));
  }
  return null;
}

function replay(
  log: ChangeReader,
  known: KnownOfTheWhole,
  onJudged?: (
    change: ChangesTable,
    value: () => JsonValue | undefined,
    reason: Refusal | null,
  ) => void,
): readonly RefusedChange[] {
  const facts = new ReplayedFacts(known);
  const refused: RefusedChange[] = [];
  for (const change of log.inOrder()) {
    const value = readOnce(change, log);
    const reason = judge({ ...change, value }, facts);
    const { id, entity, entity_id } = change;
    if (reason === null) facts.add(counted(change, value));
    else refused.push({ id, entity, entity_id, reason });
    onJudged?.(change, value, reason);
  }
  return refused;
}

function counted(change: ChangesTable, value: () => JsonValue | undefined) {
  return { ...change, parents: parseParents(change.parents), value };
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
