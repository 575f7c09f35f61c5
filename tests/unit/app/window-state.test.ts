import { describe, expect, it } from 'vitest';
import {
  defaultWindowState,
  minimumSize,
  restoreWindowState,
} from '../../../src-main/app/window-state.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const monitor = { x: 1440, y: 0, width: 2560, height: 1440 };

const stored = (over: object = {}) => ({
  width: 1000,
  height: 700,
  position: { x: 100, y: 100 },
  isMaximized: false,
  ...over,
});

describe('restoreWindowState', () => {
  it.each([
    undefined,
    null,
    'x',
    {},
    stored({ width: 'wide' }),
    stored({ width: Number.NaN }),
    stored({ height: -5 }),
    stored({ position: { x: 1 } }),
    stored({ extra: 1 }),
  ])('opens the default for anything else: %j', (value) => {
    expect(restoreWindowState(value, [laptop])).toEqual(defaultWindowState);
  });

  it('comes back where it was, on any display', () => {
    expect(restoreWindowState(stored(), [laptop])).toEqual(stored());
    const away = stored({ position: { x: 2000, y: 200 }, isMaximized: true });
    expect(restoreWindowState(away, [laptop, monitor])).toEqual(away);
  });

  it('lets the system choose when its display is gone', () => {
    const away = stored({ position: { x: 2000, y: 200 } });
    expect(restoreWindowState(away, [laptop])).toEqual({
      width: 1000,
      height: 700,
      isMaximized: false,
    });
  });

  it.each([
    { x: -950, y: 100 },
    { x: 1400, y: 100 },
    { x: 100, y: 880 },
    { x: 100, y: -10 },
  ])('is not left where its title bar cannot be reached: %j', (position) => {
    expect(restoreWindowState(stored({ position }), [laptop]).position).toBeUndefined();
  });

  it('fits the display, and never gets too small to use', () => {
    expect(restoreWindowState(stored({ width: 9000, height: 9000 }), [laptop])).toMatchObject({
      width: 1440,
      height: 875,
    });
    expect(restoreWindowState(stored({ width: 1, height: 1 }), [laptop])).toMatchObject(
      minimumSize,
    );
  });

  it('does without displays', () => {
    expect(restoreWindowState(stored(), [])).toEqual({
      width: 1000,
      height: 700,
      isMaximized: false,
    });
  });
});
