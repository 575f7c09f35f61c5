import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { Logger } from '../logging/logger.ts';
import { stackOf } from '../logging/stack-of.ts';
import { hardenContents } from './security.ts';
import { minimumSize, restoreWindowState, type WindowState } from './window-state.ts';

/** Where a window's place is kept. May throw: no window stays shut or open for that. */
export interface WindowMemory {
  /** What was last written; anything else opens the default. */
  read(): unknown;
  write(state: WindowState): void;
}

export interface WindowOptions {
  /** Absolute path of the preload's bundle. */
  readonly preloadPath: string;
  readonly memory: WindowMemory;
  readonly hasDeveloperTools: boolean;
  readonly logger: Logger;
}

/** The page's own background, so that a start shows no flash. The same as in `ui/tokens.css`. */
const background = { light: '#f7f5f1', dark: '#21201d' } as const;

/** Opens the window without a page in it. It shows itself once its page is drawn. */
export function openWindow({
  preloadPath,
  memory,
  hasDeveloperTools,
  logger,
}: WindowOptions): BrowserWindow {
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      logger.warn('the place of the window is not kept', { stack: stackOf(error) });
      return undefined;
    }
  };
  const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()];
  const { width, height, position, isMaximized } = restoreWindowState(
    attempt(() => memory.read()),
    displays.map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    width,
    height,
    ...position,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Autodoc',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload: preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: hasDeveloperTools,
    },
  });
  hardenContents(window.webContents);
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  // Asked at the end alone: a crash forgets a move of the window, which is no loss.
  window.on('close', () => {
    // The size that un-maximising goes back to, not the maximised one.
    const { x, y, ...size } = window.getNormalBounds();
    const state = { ...size, position: { x, y }, isMaximized: window.isMaximized() };
    attempt(() => memory.write(state));
  });
  return window;
}
