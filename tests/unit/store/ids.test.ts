import { describe, expect, it } from 'vitest';
import { createIdSource, timeOfId } from '../../../src-main/store/log/ids.ts';

describe('ids', () => {
  it('come one after the other and tell when they were made', () => {
    const nowMs = Date.parse('2026-11-20T10:11:12.345Z');
    const newId = createIdSource(() => nowMs);
    const ids = Array.from({ length: 1_000 }, newId);
    expect(ids).toEqual([...ids].sort());
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOfId(ids[0] ?? '')).toBe('2026-11-20T10:11:12.345Z');
  });

  it('of another kind count as made in 1970', () => {
    expect(timeOfId('no id')).toBe('1970-01-01T00:00:00.000Z');
  });
});
