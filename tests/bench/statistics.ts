import { seededNumbers } from '../fixtures/seeded-numbers.ts';

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

/** The smallest value that this share of all do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('There is no percentile of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Three significant digits: more is noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** All orders are as likely (Fisher and Yates); the same seed gives the same one. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededNumbers(seed);
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1));
    [order[last], order[chosen]] = [order[chosen]!, order[last]!];
  }
  return order;
}

/**
 * How near a step of decoding comes to what memory allows: every weight is read once a step,
 * whatever the number of rows.
 *
 * @param weightBytes read in one step
 * @param bytesPerMs that memory gave in the same run
 * @param stepMs that a step took
 */
export function limitFraction(weightBytes: number, bytesPerMs: number, stepMs: number): number {
  return weightBytes / bytesPerMs / stepMs;
}
