import { isSoak, testSeed } from '../fixtures/scale.ts';

const count = isSoak ? 10_000 : 500;

/** The seeds of one of two halves of the schedules. */
export function seedsOfPart(part: 1 | 2): number[] {
  const first = testSeed() % 2 ** 30;
  return Array.from({ length: count / 2 }, (_, at) => first + 2 * at + part);
}
