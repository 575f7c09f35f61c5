/** `count` places from `from` on are to lie from `to` on. */
export interface PlaceMove {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Added to a score it leaves nothing of it, and it is finite, so that no NaN can come of it. */
const hidden = -1e30;

/**
 * Which places of a cache belong to which row, where rows share what they have in common.
 *
 * Tokens lie in the order in which they were read, those of one step side by side. Each knows
 * the place of the token before it, so a row is known by its last place. The trunk is the
 * beginning that all rows share and that lies in order, position by position.
 */
export class TokenTree {
  #length = 0;
  #trunk = 0;
  /** For each place from 0: where the token before it lies, -1 before the first. */
  #before: number[] = [];
  /** The last place of each row. */
  #last: number[] = [-1];

  /** Positions filled, the same in every row. */
  get length(): number {
    return this.#length;
  }

  /** Places filled. */
  get places(): number {
    return this.#before.length;
  }

  /** Places that belong to no row any more. */
  get forgotten(): number {
    return this.places - this.#trunk - this.#living().length;
  }

  append(rows: number, tokens: number): void {
    const first = this.places;
    this.#last.length = rows;
    for (let row = 0; row < rows; row += 1) {
      for (let token = 0; token < tokens; token += 1) {
        const place = this.#before.length;
        this.#before.push(token === 0 ? this.#last[row]! : place - 1);
      }
      this.#last[row] = this.#before.length - 1;
    }
    this.#length += tokens;
    if (rows === 1 && this.#trunk === first) this.#trunk = this.places;
  }

  /** Row i becomes what row `parents[i]` was. */
  reorder(parents: Int32Array): void {
    this.#last = Array.from(parents, (parent) => this.#last[parent]!);
  }

  /** Forgets the positions from `length` on, in every row. */
  truncate(length: number): void {
    if (length >= this.#length) return;
    if (length <= this.#trunk) {
      this.#trunk = length;
      this.#before.length = length;
      this.#last = [length - 1];
    } else {
      for (let steps = this.#length - length; steps > 0; steps -= 1) {
        this.#last = this.#last.map((place) => this.#before[place]!);
      }
    }
    this.#length = length;
  }

  /** See `KeyValueCache.mask`. */
  mask(rows: number, tokens: number): Float32Array {
    const past = this.places;
    const count = rows * tokens;
    const width = past + count;
    const mask = new Float32Array(count * width);
    for (let row = 0; row < rows; row += 1) {
      const start = row * tokens * width;
      mask.fill(hidden, start + this.#trunk, start + width);
      for (let place = this.#last[row]!; place >= this.#trunk; place = this.#before[place]!) {
        mask[start + place] = 0;
      }
      // Each token sees what the one before it in its row saw, and itself.
      const own = past + row * tokens;
      mask[start + own] = 0;
      for (let token = 1; token < tokens; token += 1) {
        const line = start + token * width;
        mask.copyWithin(line, line - width, line);
        mask[line + own + token] = 0;
      }
    }
    return mask;
  }

  /**
   * Drops the forgotten places; what the rows share by now joins the trunk.
   *
   * @returns the moves that bring the others together, to be made in this order
   */
  compact(): readonly PlaceMove[] {
    const living = this.#living();
    const moved = new Map<number, number>();
    const moves: { from: number; to: number; count: number }[] = [];
    for (const [index, from] of living.entries()) {
      const to = this.#trunk + index;
      moved.set(from, to);
      const run = moves.at(-1);
      if (run !== undefined && run.from + run.count === from) run.count += 1;
      else moves.push({ from, to, count: 1 });
    }
    const placed = (place: number): number => moved.get(place) ?? place;
    const before = living.map((place) => placed(this.#before[place]!));
    this.#before = [...this.#before.slice(0, this.#trunk), ...before];
    this.#last = this.#last.map(placed);
    this.#trunk = this.#sharedLength();
    return moves.filter(({ from, to }) => from !== to);
  }

  /** Places beyond the trunk that some row goes through, in order. */
  #living(): readonly number[] {
    const living = new Set<number>();
    for (const last of this.#last) {
      for (let place = last; place >= this.#trunk; place = this.#before[place]!) {
        // From here on another row has been this way.
        if (living.has(place)) break;
        living.add(place);
      }
    }
    return [...living].sort((a, b) => a - b);
  }

  /** How many positions all rows share whose places lie in order from 0. */
  #sharedLength(): number {
    const path = this.#pathOf(0);
    const depths = new Map(path.map((place, depth) => [place, depth]));
    let shared = path.length;
    for (const last of this.#last) {
      let place = last;
      while (place >= this.#trunk && !depths.has(place)) place = this.#before[place]!;
      shared = Math.min(shared, (depths.get(place) ?? -1) + 1);
    }
    let length = 0;
    while (length < shared && path[length] === this.#trunk + length) length += 1;
    return this.#trunk + length;
  }

  /** Places of a row beyond the trunk, in order. */
  #pathOf(row: number): readonly number[] {
    const path: number[] = [];
    for (let place = this.#last[row]!; place >= this.#trunk; place = this.#before[place]!) {
      path.push(place);
    }
    return path.reverse();
  }
}
