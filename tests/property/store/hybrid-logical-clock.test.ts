import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextHybridTime } from '../../../src-main/store/log/hybrid-logical-clock.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

const parameters = { seed: testSeed(), numRuns: largeCount(10_000) };
const day = 24 * 60 * 60 * 1000;
const now = fc.integer({ min: 0, max: 2 ** 47 });
const millisecondsOf = (stamp: string) => parseInt(stamp.slice(0, 12), 16);

describe('hybrid logical clock', () => {
  it('stamps in one width, each after the last, whatever the machine clock does', () => {
    fc.assert(
      fc.property(
        now,
        fc.array(fc.integer({ min: -day / 2, max: day / 2 }), { maxLength: 50 }),
        (start, steps) => {
          let latest: string | null = null;
          for (const step of steps) {
            const stamp = nextHybridTime(latest, Math.max(0, start + step));
            expect(stamp).toMatch(/^[0-9a-f]{16}$/);
            if (latest !== null) expect(stamp > latest).toBe(true);
            latest = stamp;
          }
        },
      ),
      parameters,
    );
  });

  it('follows a stamp that is at most 24 h ahead and no other', () => {
    fc.assert(
      fc.property(
        now,
        fc.integer({ min: 0, max: 3 * day }),
        fc.nat(0xffff),
        (nowMs, ahead, counter) => {
          const seen =
            nextHybridTime(null, nowMs + ahead).slice(0, 12) +
            counter.toString(16).padStart(4, '0');
          const stamp = nextHybridTime(seen, nowMs);
          if (ahead <= day) expect(stamp > seen).toBe(true);
          else expect(millisecondsOf(stamp)).toBe(nowMs);
        },
      ),
      parameters,
    );
  });

  it('goes on to the next millisecond when a counter is used up', () => {
    expect(nextHybridTime('00000000000affff', 10)).toBe('00000000000b0000');
    expect(nextHybridTime('00000000000a0001', 10)).toBe('00000000000a0002');
    expect(nextHybridTime('00000000000a0001', 11)).toBe('00000000000b0000');
  });
});
