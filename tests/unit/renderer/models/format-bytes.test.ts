import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../../../src-renderer/lib/format-bytes.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [8_540_000, '8.5 MB'],
    [548_118_077, '548 MB'],
    [999_600_000, '1 GB'],
    [1_520_000_000, '1.5 GB'],
  ])('says %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
