/*
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): the machine's
 * time, and a counter for what happens within one millisecond or while the machine's clock is
 * behind what was already seen. A stamp is 16 hexadecimal digits, 12 of milliseconds and 4 of
 * counter, so that stamps sort as text.
 */

export type HybridTime = string;

/** A stamp further ahead than this is a wrong clock, which must not advance ours. */
const maxAheadMs = 24 * 60 * 60 * 1000;
const maxCounter = 0xffff;

/** The next stamp at `nowMs`: after `latest`, unless that is more than 24 h ahead. */
export function nextHybridTime(latest: HybridTime | null, nowMs: number): HybridTime {
  if (latest === null || latest > newestCredible(nowMs)) return stamp(nowMs, 0);
  const latestMs = parseInt(latest.slice(0, 12), 16);
  const counter = parseInt(latest.slice(12), 16);
  if (latestMs < nowMs) return stamp(nowMs, 0);
  return counter < maxCounter ? stamp(latestMs, counter + 1) : stamp(latestMs + 1, 0);
}

/** The last stamp that may advance a clock that stands at `nowMs`. */
export function newestCredible(nowMs: number): HybridTime {
  return stamp(nowMs + maxAheadMs, maxCounter);
}

function stamp(milliseconds: number, counter: number): HybridTime {
  return milliseconds.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0');
}
