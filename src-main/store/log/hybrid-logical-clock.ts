/*
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): the machine's
 * time, and a counter for what happens within one millisecond or while the machine's clock is
 * behind what was already seen. A stamp is 16 hexadecimal digits, 12 of milliseconds and 4 of
 * counter, so that stamps sort as text.
 */

export type HybridTime = string;

/** A stamp further ahead is a wrong clock, which must not advance ours. */
const dayMs = 24 * 60 * 60 * 1000;
/**
 * Where accounts are on, what somebody may do is decided at the place in time where their change
 * stands: it must stand after everything that they saw, even if another's clock is wrong by
 * weeks. Only members' changes can push it there, and no further than this.
 */
export const maxAheadOfMembersMs = 400 * dayMs;
const maxCounter = 0xffff;

/** The next stamp at `nowMs`: after `latest`, unless that is more than `maxAheadMs` ahead, by default 24 h. */
export function nextHybridTime(
  latest: HybridTime | null,
  nowMs: number,
  maxAheadMs = dayMs,
): HybridTime {
  if (latest === null || latest > newestCredible(nowMs, maxAheadMs)) return stamp(nowMs, 0);
  const latestMs = parseInt(latest.slice(0, 12), 16);
  const counter = parseInt(latest.slice(12), 16);
  if (latestMs < nowMs) return stamp(nowMs, 0);
  return counter < maxCounter ? stamp(latestMs, counter + 1) : stamp(latestMs + 1, 0);
}

/** The last stamp that may advance a clock that stands at `nowMs`. */
export function newestCredible(nowMs: number, maxAheadMs = dayMs): HybridTime {
  return stamp(nowMs + maxAheadMs, maxCounter);
}

function stamp(milliseconds: number, counter: number): HybridTime {
  return milliseconds.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0');
}
