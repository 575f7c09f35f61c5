import { BrowserWindow, nativeTheme, screen } from 'electron';
import { hardenContents } from './security.ts';
import { minimumSize, restoreWindowState, type WindowState } from './window-state.ts';

export interface WindowOptions {
  /** Absolute path of the preload's bundle. */
  readonly preloadPath: string;
  /** What `onStateChange` was last told; anything else opens the default. */
  readonly storedState: unknown;
  readonly onStateChange: (state: WindowState) => void;
  readonly hasDeveloperTools: boolean;
}

/** The page's own background, so that a start shows no flash. The same as in `ui/tokens.css`. */
const background = { light: '#f7f5f1', dark: '#21201d' } as const;

/** Opens the window without a page in it. It shows itself once its page is drawn. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()];
  const { width, height, position, isMaximized } = restoreWindowState(
    options.storedState,
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
      preload: options.preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: options.hasDeveloperTools,
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
    options.onStateChange({ ...size, position: { x, y }, isMaximized: window.isMaximized() });
  });
  return window;
}
