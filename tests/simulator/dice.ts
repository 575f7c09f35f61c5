import { seededNumbers } from '../fixtures/seeded-numbers.ts';

/** What a schedule is drawn with: the same throws for the same seed. */
export interface Dice {
  /** From 0 to 1. */
  number(): number;
  chance(probability: number): boolean;
  /** 0 to `below` - 1. */
  whole(below: number): number;
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
  /** A key of the table, as often as its weight says against the others'. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key;
}

export function createDice(seed: number): Dice {
  const number = seededNumbers(seed);
  // The first numbers of neighbouring seeds are close to each other.
  for (let at = 0; at < 5; at += 1) number();
  const whole = (below: number): number => Math.floor(number() * below);
  return {
    number,
    whole,
    chance: (probability) => number() < probability,
    between: (low, high) => low + number() * (high - low),
    pick: (items) => items[whole(items.length)]!,
    shuffled: (items) =>
      items
        .map((item) => ({ item, key: number() }))
        .sort((one, other) => one.key - other.key)
        .map(({ item }) => item),
    weighted(weights) {
      const entries = Object.entries<number>(weights);
      let left = number() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      const found = entries.find(([, weight]) => (left -= weight) < 0);
      return (found ?? entries.at(-1)!)[0] as keyof typeof weights;
    },
  };
}

/**
 * While `work` runs, ids are made of what the seed says, and the machine's own clocks, by which
 * long work is cut into pieces, go on a little with each look at them: a schedule comes out the
 * same when it is run again.
 */
export async function reproducibly<T>(
  { seed, fromMs }: { readonly seed: number; readonly fromMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const number = seededNumbers(seed);
  const fill = <Bytes extends ArrayBufferView>(view: Bytes): Bytes => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(number() * 256);
    return view;
  };
  let looks = 0;
  const { now: realTime } = Date;
  const replaced = [
    { object: globalThis.crypto, name: 'getRandomValues', value: fill },
    { object: globalThis.performance, name: 'now', value: () => (looks += 0.2) },
  ] as const;
  for (const { object, name, value } of replaced) {
    Object.defineProperty(object, name, { value, configurable: true });
  }
  Date.now = () => fromMs + Math.floor((looks += 0.2));
  try {
    return await work();
  } finally {
    Date.now = realTime;
    for (const { object, name } of replaced) Reflect.deleteProperty(object, name);
  }
}
