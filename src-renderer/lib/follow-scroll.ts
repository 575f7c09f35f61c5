/** What of a scrolling box decides where it stands. */
export interface ScrollBox {
  readonly scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/** How far a box is scrolled, from 0 at its top to 1 at its end; 0 where all of it is in sight. */
export function scrolledShare({ scrollTop, scrollHeight, clientHeight }: ScrollBox): number {
  const range = scrollHeight - clientHeight;
  return range <= 0 ? 0 : Math.min(1, Math.max(0, scrollTop / range));
}

/** The `scrollTop` that puts `follower` as far along as `leader` is. */
export function followingTop(leader: ScrollBox, follower: ScrollBox): number {
  const range = Math.max(0, follower.scrollHeight - follower.clientHeight);
  return Math.round(scrolledShare(leader) * range);
}
