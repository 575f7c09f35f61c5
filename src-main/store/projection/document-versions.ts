import type { MergeRegion } from '../../contract/conflicts.ts';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { ChangeNode } from '../log/change.ts';
import {
  besideInPieces,
  mergeHeads,
  type MergedHeads,
  type TextOf,
} from '../merging/merge-heads.ts';
import type { DocumentField } from './entities.ts';
import { textOr } from './field-readers.ts';
import { changesOfField, headsOf, lastKnownValue, type EntityHistory } from './fold.ts';

const bodyField = 'document_body' satisfies DocumentField;

/**
 * A document's versions. One that was written on top of a version that does not count was written
 * on top of what that one saw: its author had it before them, and took it into theirs.
 */
export function versionsOf(history: EntityHistory): readonly ChangeNode[] {
  const versions = changesOfField(history, bodyField);
  const refused = new Map(history.refused.map((change) => [change.id, change.parents]));
  if (refused.size === 0) return versions;
  return versions.map((version) => {
    if (!version.parents.some((id) => refused.has(id))) return version;
    const seen = new Set<Id>(version.parents);
    // A set is walked to its end, what is added on the way included.
    for (const id of seen) for (const parent of refused.get(id) ?? []) seen.add(parent);
    return { ...version, parents: [...seen].filter((id) => !refused.has(id)) };
  });
}

/** The versions that no other supersedes, in order. */
export function headVersions(history: EntityHistory): readonly ChangeNode[] {
  return headsOf(versionsOf(history));
}

/** The text that a document shows, and the versions that stand beside it. */
export function shownText(history: EntityHistory): MergedHeads {
  const versions = versionsOf(history);
  const heads = headsOf(versions);
  const textOf = textsOf(history);
  if (heads.length > 1) {
    const shown = mergeHeads(versions, heads, readable(textOf));
    if (shown !== null) return shown;
  }
  const text = heads.length === 1 ? textOf(heads[0]!) : undefined;
  // A part of the log has not arrived: the last text that has.
  return {
    text: text ?? textOr(lastKnownValue(history, versions), ''),
    ...{ merged: heads, beside: [] },
  };
}

/** The first version that stands beside a document's text, and the text, in pieces. */
export function firstBeside(
  history: EntityHistory,
): { readonly regions: readonly MergeRegion[]; readonly shown: MergedHeads } | null {
  const shown = shownText(history);
  const [first] = shown.beside;
  if (first === undefined) return null;
  const textOf = readable(textsOf(history));
  return { regions: besideInPieces(versionsOf(history), shown, first, textOf), shown };
}

/** Whatever is not text is none, but it is there. */
function textsOf(history: EntityHistory): TextOf {
  return (version) => {
    const value = history.valueOf(version);
    return value === undefined ? undefined : textOr(value, '');
  };
}

/** A version whose bytes are damaged must not keep the others from being shown and saved. */
function readable(textOf: TextOf): TextOf {
  return (version) => {
    try {
      return textOf(version);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'store_damaged') return undefined;
      throw thrown;
    }
  };
}
