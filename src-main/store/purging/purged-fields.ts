import type { JsonValue } from '../log/change.ts';
import {
  approvedVersions,
  autodocRequest,
  commentRemoval,
  commentResolution,
  purgedDocument,
  retentionEnd,
  retentionTerms,
  revisionTie,
} from '../projection/entities.ts';
import { objectOrEmpty } from '../projection/field-readers.ts';

/*
 * What a purge leaves behind: the facts that decide who may do what, so that every machine goes
 * on judging the log alike. Everything else of the document goes, what this version does not
 * know included.
 */
const keptFields: Readonly<Record<string, readonly string[]>> = {
  document: ['document_state', 'due_on', 'target_words', 'trashed_on', approvedVersions],
  comment: [commentResolution, commentRemoval],
  retention: [retentionTerms, retentionEnd],
  revision: [revisionTie],
  purge: [purgedDocument],
};

/** Whether a change of something that was purged keeps its value. */
export function keepsValue(
  { entity, field }: { readonly entity: string; readonly field: string },
  value: () => JsonValue | undefined,
): boolean {
  if (entity === 'autodoc') return field === autodocRequest && !hasTexts(value());
  return Object.hasOwn(keptFields, entity) && keptFields[entity]!.includes(field);
}

/** Parameters that list words: what a draft had to say, or must not. */
function hasTexts(request: JsonValue | undefined): boolean {
  const parameters = Object.values(objectOrEmpty(objectOrEmpty(request).parameters));
  return parameters.some((parameter) => typeof parameter === 'object' && parameter !== null);
}
