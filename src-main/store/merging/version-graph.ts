import type { Id } from '../../contract/domain.ts';
import type { ChangeNode } from '../log/change.ts';

/** Versions and which of them were written on top of which, as far as they are known here. */
export class VersionGraph {
  /** In (hlc, id) order, the one that every machine agrees on. */
  readonly #versions: readonly ChangeNode[];
  readonly #places = new Map<Id, number>();

  constructor(versions: readonly ChangeNode[]) {
    this.#versions = versions;
    for (const [place, { id }] of versions.entries()) this.#places.set(id, place);
  }

  /** These versions and everything that they were written on top of. */
  ancestry(versions: readonly ChangeNode[]): ReadonlySet<ChangeNode> {
    const found = new Set<ChangeNode>(versions);
    // A set is walked to its end, what is added on the way included.
    for (const version of found) for (const parent of this.#parentsOf(version)) found.add(parent);
    return found;
  }

  /**
   * What two histories have in common and nothing else in common was written on top of: of the
   * versions that `isKnown`. In order; several where two people had each merged what the other
   * had, none where they share nothing that is known here.
   */
  meetings(
    one: ReadonlySet<ChangeNode>,
    other: ReadonlySet<ChangeNode>,
    isKnown: (version: ChangeNode) => boolean,
  ): readonly ChangeNode[] {
    const common = new Set([...one].filter((version) => other.has(version)));
    const children = new Map<ChangeNode, number>();
    for (const version of common) {
      for (const parent of this.#parentsOf(version)) {
        children.set(parent, (children.get(parent) ?? 0) + 1);
      }
    }
    const found: ChangeNode[] = [];
    const topmost = [...common].filter((version) => !children.has(version));
    for (let version = topmost.pop(); version !== undefined; version = topmost.pop()) {
      if (isKnown(version)) {
        found.push(version);
        continue;
      }
      // A text that was purged, or has not arrived: what it was made of stands in for it.
      for (const parent of this.#parentsOf(version)) {
        const left = children.get(parent)! - 1;
        children.set(parent, left);
        if (left === 0) topmost.push(parent);
      }
    }
    return this.inOrder(found);
  }

  inOrder(versions: Iterable<ChangeNode>): readonly ChangeNode[] {
    return [...versions].sort((one, other) => this.placeOf(one) - this.placeOf(other));
  }

  placeOf({ id }: ChangeNode): number {
    return this.#places.get(id)!;
  }

  #parentsOf({ parents }: ChangeNode): readonly ChangeNode[] {
    return parents.flatMap((id) => {
      const place = this.#places.get(id);
      return place === undefined ? [] : [this.#versions[place]!];
    });
  }
}
