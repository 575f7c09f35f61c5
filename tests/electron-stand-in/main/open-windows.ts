/* The windows that are open, in the order of their opening, and who has the focus. */

export interface OpenWindow {
  readonly id: number;
  close(): void;
  destroy(): void;
  isDestroyed(): boolean;
  isFullScreen(): boolean;
  setFullScreen(isFullScreen: boolean): void;
}

const windows = new Map<number, OpenWindow>();
let focused: OpenWindow | null = null;
let whenLastCloses: () => void = () => undefined;

export function windowOpened(window: OpenWindow): void {
  windows.set(window.id, window);
}

/** `tell` is called when the window no longer counts, before the last one's closing is noticed. */
export function windowClosed(window: OpenWindow, tell: () => void): void {
  if (!windows.delete(window.id)) return;
  if (focused === window) focused = null;
  tell();
  if (windows.size === 0) whenLastCloses();
}

export function openWindows(): readonly OpenWindow[] {
  return [...windows.values()];
}

export function isOpen(window: OpenWindow): boolean {
  return windows.has(window.id);
}

/** Gives a window the focus, or takes it from all. */
export function setFocused(window: OpenWindow | null): void {
  focused = window;
}

export function focusedWindow(): OpenWindow | null {
  return focused;
}

export function onLastWindowClosed(listener: () => void): void {
  whenLastCloses = listener;
}
