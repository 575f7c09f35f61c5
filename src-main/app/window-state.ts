import * as v from 'valibot';

/** In device-independent pixels, of the whole screen space that all displays share. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly width: number;
  readonly height: number;
  /** Absent: the system chooses the place. */
  readonly position?: { readonly x: number; readonly y: number };
  readonly isMaximized: boolean;
}

export const minimumSize = { width: 720, height: 480 } as const;
export const defaultWindowState: WindowState = { width: 1280, height: 800, isMaximized: false };

/** A window is reachable while this much of it lies on a display. */
const reachable = { width: 120, height: 60 } as const;

const pixels = v.pipe(v.number(), v.integer());
const storedWindowState = v.strictObject({
  width: v.pipe(pixels, v.minValue(1)),
  height: v.pipe(pixels, v.minValue(1)),
  position: v.optional(v.strictObject({ x: pixels, y: pixels })),
  isMaximized: v.boolean(),
});

/**
 * The window's last place, made fit for the displays of today: a display may be gone, and
 * what is stored may be anything.
 *
 * @param workAreas the displays' work areas, the primary one first
 */
export function restoreWindowState(stored: unknown, workAreas: readonly Rectangle[]): WindowState {
  const parsed = v.safeParse(storedWindowState, stored);
  const state = parsed.success ? parsed.output : defaultWindowState;
  const { position } = state;
  const shows = workAreas.find(
    (area) => position !== undefined && isReachable({ ...state, ...position }, area),
  );
  const area = shows ?? workAreas[0];
  return {
    width: fit(state.width, minimumSize.width, area?.width),
    height: fit(state.height, minimumSize.height, area?.height),
    ...(shows !== undefined && position !== undefined && { position }),
    isMaximized: state.isMaximized,
  };
}

function fit(size: number, minimum: number, available = Infinity): number {
  return Math.max(minimum, Math.min(size, available));
}

function isReachable(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  // The title bar is what a window is moved by: its top edge must be on the display.
  const below = area.y + area.height - window.y;
  return width >= reachable.width && below >= reachable.height && window.y >= area.y;
}
