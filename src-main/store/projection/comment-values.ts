import type { DocumentNote } from '../../contract/domain.ts';
import type { CommentAnchor } from '../../contract/work.ts';
import type { JsonValue } from '../log/change.ts';
import { integerOrNull, objectList, objectOrEmpty } from './field-readers.ts';

/** Where a comment was made; null where it says so, or is not understood. */
export function commentAnchor(value: JsonValue | undefined): CommentAnchor | null {
  const { version_id, quote_start, quote, prefix, suffix } = objectOrEmpty(value);
  const start = integerOrNull(quote_start);
  const isWhole =
    typeof version_id === 'string' &&
    typeof quote === 'string' &&
    typeof prefix === 'string' &&
    typeof suffix === 'string' &&
    start !== null;
  return isWhole ? { version_id, quote_start: start, quote, prefix, suffix } : null;
}

/** The notes attached to a document; those that are not understood are left out. */
export function noteList(value: JsonValue | undefined): readonly DocumentNote[] {
  return objectList(value).flatMap(({ title, text }) =>
    typeof title === 'string' && typeof text === 'string' ? [{ title, text }] : [],
  );
}
