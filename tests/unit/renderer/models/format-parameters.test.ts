import { describe, expect, it } from 'vitest';
import { formatParameters } from '../../../../src-renderer/lib/format-parameters.ts';

describe('formatParameters', () => {
  it.each([
    [12_345, '12,345'],
    [4_270_000, '4.3 million'],
    [124_439_808, '124 million'],
    [999_600_000, '1 billion'],
    [1_557_611_200, '1.6 billion'],
  ])('says %d as %s', (parameters, text) => {
    expect(formatParameters(parameters)).toBe(text);
  });
});
