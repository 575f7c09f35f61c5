import type { MergeRegion } from '../../contract/conflicts.ts';
import type { ChangeNode } from '../log/change.ts';
import { mergedText, mergeTexts, textOfRegions } from './merge-texts.ts';
import { VersionGraph } from './version-graph.ts';

/** What several people wrote at once, as one text. */
export interface MergedHeads {
  readonly text: string;
  /** The heads that the text is made of. */
  readonly merged: readonly ChangeNode[];
  /** Those that do not merge with it, in order. */
  readonly beside: readonly ChangeNode[];
}

/** The text of a version; undefined where it is not known here, or no longer. */
export type TextOf = (version: ChangeNode) => string | undefined;

/** People who merge what the other merges at the same time, again and again: ever older bases. */
const maxDepth = 12;

/**
 * The text of a document whose `heads` nothing supersedes: one after the other is merged into it,
 * by words, against what both were made of. A head that does not merge stands beside the text,
 * and the others go on merging. A view: a function of the versions alone, whatever order they
 * came in. Null where no head's text is known.
 *
 * The one that left what all have in common first comes first: what a document shows stays
 * when somebody writes on, and the text that stands beside it stays beside it.
 *
 * @param versions all of a document's, in (hlc, id) order
 */
export function mergeHeads(
  versions: readonly ChangeNode[],
  heads: readonly ChangeNode[],
  textOf: TextOf,
): MergedHeads | null {
  const room = mergingRoom(versions, textOf);
  return foldHeads(room, heads, 'beside', 0);
}

/** A text and a version that stands beside it, in pieces. */
export function besideInPieces(
  versions: readonly ChangeNode[],
  { text, merged }: Pick<MergedHeads, 'text' | 'merged'>,
  beside: ChangeNode,
  textOf: TextOf,
): readonly MergeRegion[] {
  const room = mergingRoom(versions, textOf);
  const base = baseText(room, room.graph.ancestry(merged), beside, 0);
  return mergeTexts(base, text, room.textOf(beside) ?? '');
}

interface MergingRoom {
  readonly graph: VersionGraph;
  readonly textOf: TextOf;
  readonly bases: Map<string, string>;
}

function mergingRoom(versions: readonly ChangeNode[], textOf: TextOf): MergingRoom {
  const texts = new Map<ChangeNode, string | undefined>();
  return {
    graph: new VersionGraph(versions),
    bases: new Map(),
    // Decoding a text takes longer than merging it.
    textOf(version) {
      if (!texts.has(version)) texts.set(version, textOf(version));
      return texts.get(version);
    },
  };
}

/** @param unmerged what becomes of what does not merge: it stands beside, or neither side counts */
function foldHeads(
  room: MergingRoom,
  heads: readonly ChangeNode[],
  unmerged: 'beside' | 'neither',
  depth: number,
): MergedHeads | null {
  const known = heads.filter((head) => room.textOf(head) !== undefined);
  const [first, ...others] = known.length > 1 ? byBranch(room.graph, known) : known;
  if (first === undefined) return null;
  let text = room.textOf(first)!;
  let merged = [first];
  const beside: ChangeNode[] = [];
  for (const head of others) {
    const base = baseText(room, room.graph.ancestry(merged), head, depth);
    const regions = mergeTexts(base, text, room.textOf(head)!);
    const together = unmerged === 'neither' ? textOfRegions(regions, 'base') : mergedText(regions);
    if (together === null) beside.push(head);
    else {
      text = together;
      merged = [...merged, head];
    }
  }
  return { text, merged: room.graph.inOrder(merged), beside: room.graph.inOrder(beside) };
}

/** By when each left what all of them have in common; of those that left together, by itself. */
function byBranch(graph: VersionGraph, heads: readonly ChangeNode[]): readonly ChangeNode[] {
  const ancestries = heads.map((head) => graph.ancestry([head]));
  const branches = heads.map((head, index) => {
    const own = [...ancestries[index]!].filter(
      (version) => !ancestries.every((ancestry) => ancestry.has(version)),
    );
    return { head, began: Math.min(...own.map((version) => graph.placeOf(version))) };
  });
  branches.sort(
    (one, other) => one.began - other.began || graph.placeOf(one.head) - graph.placeOf(other.head),
  );
  return branches.map(({ head }) => head);
}

/** What a merged text and a head were made of; empty where nothing is known that both were. */
function baseText(
  room: MergingRoom,
  merged: ReadonlySet<ChangeNode>,
  head: ChangeNode,
  depth: number,
): string {
  const { graph, textOf, bases } = room;
  const meetings = graph.meetings(
    merged,
    graph.ancestry([head]),
    (version) => textOf(version) !== undefined,
  );
  const [first] = meetings;
  if (first === undefined) return '';
  if (meetings.length === 1 || depth >= maxDepth) return textOf(first)!;
  const key = meetings.map(({ id }) => id).join(' ');
  const text = bases.get(key) ?? foldHeads(room, meetings, 'neither', depth + 1)!.text;
  bases.set(key, text);
  return text;
}
