import { describe, expect, it } from 'vitest';
import { followingTop, scrolledShare } from '../../../../src-renderer/lib/follow-scroll.ts';

const box = (scrollTop: number, scrollHeight: number, clientHeight = 100) => ({
  scrollTop,
  scrollHeight,
  clientHeight,
});

describe('scrolledShare', () => {
  it('goes from 0 at the top to 1 at the end', () => {
    expect(scrolledShare(box(0, 1_100))).toBe(0);
    expect(scrolledShare(box(500, 1_100))).toBe(0.5);
    expect(scrolledShare(box(1_000, 1_100))).toBe(1);
  });

  it('stays within bounds where a touchpad overshoots and where nothing scrolls', () => {
    expect(scrolledShare(box(-20, 1_100))).toBe(0);
    expect(scrolledShare(box(1_020, 1_100))).toBe(1);
    expect(scrolledShare(box(0, 80))).toBe(0);
  });
});

describe('followingTop', () => {
  it('puts the other box as far along', () => {
    expect(followingTop(box(500, 1_100), box(0, 300))).toBe(100);
    expect(followingTop(box(1_000, 1_100), box(0, 300))).toBe(200);
  });

  it('leaves a box alone that has nothing to scroll', () => {
    expect(followingTop(box(500, 1_100), box(0, 50))).toBe(0);
  });
});
