import type { JsonValue } from '../log/change.ts';
import type { BareChange, ChangeReader } from '../log/change-log.ts';
import { parseParents } from '../log/sqlite-change-reader.ts';
import { parseJson } from '../projection/field-readers.ts';
import type { CountedChange } from './field-history.ts';

/** As much of a log as judging it reads: one, or several put together. */
export type JudgedLog = Pick<ChangeReader, 'inOrder' | 'value' | 'change'>;

/** Fields whose values no judgement asks for: texts, which may be long. */
const texts = new Set(['document_body', 'brief', 'notes', 'comment_body']);

/** Reads a change's value when it is first asked for: by the log, which checks what is not its own. */
export function valueReader(
  { id, field }: Pick<BareChange, 'id' | 'field'>,
  log: JudgedLog,
): () => JsonValue | undefined {
  let isRead = false;
  let value: JsonValue | undefined;
  return () => {
    if (!isRead && !texts.has(field)) value = parseJson(log.value(id));
    isRead = true;
    return value;
  };
}

/** A change as a replay takes it in. */
export function countedChange(
  change: BareChange,
  log: JudgedLog,
  value = valueReader(change, log),
): CountedChange {
  const { id, hlc, actor_id, entity, entity_id, field, parents } = change;
  return { id, hlc, actor_id, entity, entity_id, field, parents: parseParents(parents), value };
}
