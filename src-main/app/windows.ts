import { BrowserWindow, nativeTheme, screen } from 'electron';
import { startUrl } from './origin.ts';
import { minimumSize, restoreWindowState, type WindowState } from './window-state.ts';

export interface MainWindowOptions {
  readonly preloadPath: string;
  /** What `onStateChange` was last told, from the store; anything else opens the default. */
  readonly storedState: unknown;
  readonly onStateChange: (state: WindowState) => void;
  readonly hasDeveloperTools: boolean;
}

/** The page's own background, so that a start shows no flash. The same as `ui/tokens.css`. */
const background = { light: '#ffffff', dark: '#1b1c1f' } as const;

/** Opens the one window. It shows itself once the page is drawn. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const workAreas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(
    (display) => display.workArea,
  );
  const { width, height, position, isMaximized } = restoreWindowState(
    options.storedState,
    workAreas,
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
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  const keepState = () => {
    options.onStateChange(stateOf(window));
  };
  for (const change of ['resized', 'moved', 'maximize', 'unmaximize', 'close'] as const) {
    // The overloads of `on` take one event's name each.
    window.on(change as 'close', keepState);
  }
  void window.loadURL(startUrl);
  return window;
}

/** Brings a window to the front, from the dock or from behind others. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function stateOf(window: BrowserWindow): WindowState {
  // The size that un-maximising goes back to, not the maximised one.
  const { x, y, width, height } = window.getNormalBounds();
  return { width, height, position: { x, y }, isMaximized: window.isMaximized() };
}
