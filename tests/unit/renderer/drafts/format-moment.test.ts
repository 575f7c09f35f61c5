import { describe, expect, it } from 'vitest';
import { formatMoment } from '../../../../src-renderer/lib/format-moment.ts';

const now = new Date(2026, 10, 20, 15, 0);
const clock = (hours: number, minutes: number) =>
  new Date(2026, 0, 1, hours, minutes).toLocaleTimeString(undefined, {
    hour: 'numeric',
    minute: '2-digit',
  });

describe('formatMoment', () => {
  it('says as much as is needed', () => {
    const say = (...parts: [number, number, number, number, number]) =>
      formatMoment(new Date(...parts).toISOString(), now);
    expect(say(2026, 10, 20, 9, 5)).toBe(clock(9, 5));
    expect(say(2026, 10, 19, 23, 59)).toBe(`Yesterday, ${clock(23, 59)}`);
    expect(say(2026, 10, 18, 14, 2)).toBe(`18 Nov, ${clock(14, 2)}`);
    expect(say(2025, 10, 18, 14, 2)).toBe(`18 Nov 2025, ${clock(14, 2)}`);
  });

  it('knows yesterday across the turn of the year', () => {
    const newYear = new Date(2026, 0, 1, 0, 30);
    expect(formatMoment(new Date(2025, 11, 31, 23, 0).toISOString(), newYear)).toBe(
      `Yesterday, ${clock(23, 0)}`,
    );
  });
});
