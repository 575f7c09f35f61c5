import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../../../src-renderer/lib/format-duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [840, '0.8 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [185_000, '3 min 5 s'],
    [3_840_000, '1 h 4 min'],
    [7_200_000, '2 h'],
  ])('says %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});
