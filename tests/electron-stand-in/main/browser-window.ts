import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { LoudEmitter } from '../loud.ts';
import { app } from './app.ts';
import {
  focusedWindow,
  isOpen,
  openWindows,
  setFocused,
  windowClosed,
  windowOpened,
} from './open-windows.ts';
import { isReady } from './readiness.ts';
import { screen } from './screen.ts';
import { WebContents } from './web-contents.ts';
import { applyBounds, applyState } from './window-bounds.ts';

const events = [
  'ready-to-show',
  'show',
  'hide',
  'focus',
  'blur',
  'resize',
  'resized',
  'move',
  'moved',
  'minimize',
  'restore',
  'maximize',
  'unmaximize',
  'enter-full-screen',
  'leave-full-screen',
  'close',
  'closed',
];

/** What a window can be told when it is made. Anything else would be silently ignored, so it is refused. */
const knownOptions = new Set([
  'width',
  'height',
  'x',
  'y',
  'minWidth',
  'minHeight',
  'useContentSize',
  'title',
  'show',
  'icon',
  'backgroundColor',
  'autoHideMenuBar',
  'webPreferences',
]);

export class BrowserWindow extends LoudEmitter {
  readonly id: number;
  readonly webContents: WebContents;
  #bounds: Rectangle;
  #title: string;
  #isVisible: boolean;
  #isMinimized = false;
  #isMaximized = false;
  #isFullScreen = false;
  #isDestroying = false;
  readonly #minimum: { readonly width: number; readonly height: number };

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super(events);
    if (!isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    const unknown = Object.keys(options).filter((option) => !knownOptions.has(option));
    if (unknown.length > 0) {
      throw new Error(`The stand-in for Electron knows no window option ${unknown.join(', ')}.`);
    }
    const { width = 800, height = 600, x, y, minWidth = 0, minHeight = 0, show = true } = options;
    const { workArea } = screen.getPrimaryDisplay();
    this.#minimum = { width: minWidth, height: minHeight };
    this.#bounds = {
      x: x ?? Math.max(0, Math.round((workArea.width - width) / 2)),
      y: y ?? Math.max(0, Math.round((workArea.height - height) / 2)),
      width: Math.max(width, minWidth),
      height: Math.max(height, minHeight),
    };
    this.#title = options.title ?? app.getName();
    this.webContents = new WebContents(options.webPreferences, {
      width: this.#bounds.width,
      height: this.#bounds.height,
      close: () => this.close(),
      contentsGone: () => this.#gone(),
      resized: (bounds) => this.#resizedByPerson(bounds),
    });
    this.id = this.webContents.id;
    this.#isVisible = show;
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.#later(applyBounds(this.webContents.page, this.#bounds));
    windowOpened(this);
    if (show) this.focus();
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, this);
  }

  static getAllWindows(): BrowserWindow[] {
    return openWindows().filter((window) => window instanceof BrowserWindow);
  }

  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.isFocused()) ?? null;
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((it) => it.webContents === contents) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.id === id) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  show(): void {
    this.#isVisible = true;
    this.emit('show');
    this.focus();
  }

  hide(): void {
    this.#isVisible = false;
    this.blur();
    this.emit('hide');
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  focus(): void {
    if (this.isFocused()) return;
    BrowserWindow.getFocusedWindow()?.emit('blur');
    setFocused(this);
    this.emit('focus');
    void this.webContents.page.tell('Page.bringToFront');
  }

  blur(): void {
    if (!this.isFocused()) return;
    setFocused(null);
    this.emit('blur');
  }

  isFocused(): boolean {
    return focusedWindow() === this;
  }

  minimize(): void {
    this.#isMinimized = true;
    this.blur();
    this.#setState('minimized', 'minimize');
  }

  restore(): void {
    this.#isMinimized = false;
    this.#setState('normal', 'restore');
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  maximize(): void {
    this.#isMaximized = true;
    this.#setState('maximized', 'maximize');
  }

  unmaximize(): void {
    this.#isMaximized = false;
    this.#setState('normal', 'unmaximize');
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  setFullScreen(isFullScreen: boolean): void {
    this.#isFullScreen = isFullScreen;
    if (isFullScreen) this.#setState('fullscreen', 'enter-full-screen');
    else this.#setState('normal', 'leave-full-screen');
  }

  isFullScreen(): boolean {
    return this.#isFullScreen;
  }

  getBounds(): Rectangle {
    return { ...this.#bounds };
  }

  /** The bounds that un-maximising goes back to. */
  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  /** The window has no frame of its own here: content and window are of one size. */
  getContentSize(): [number, number] {
    return [this.#bounds.width, this.#bounds.height];
  }

  getSize(): [number, number] {
    return [this.#bounds.width, this.#bounds.height];
  }

  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.#bounds;
    const next = { ...before, ...bounds };
    next.width = Math.max(next.width, this.#minimum.width);
    next.height = Math.max(next.height, this.#minimum.height);
    this.#bounds = next;
    this.#later(applyBounds(this.webContents.page, next));
    if (next.width !== before.width || next.height !== before.height) this.emit('resize');
    if (next.x !== before.x || next.y !== before.y) this.emit('move');
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setContentSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  getTitle(): string {
    return this.#title;
  }

  /** What shows before the page does; nobody sees that here. */
  setBackgroundColor(): void {
    // See above.
  }

  /** Asks the application; closes the window unless it prevents that. */
  close(): void {
    if (!this.isDestroyed() && this.emitPreventable('close')) this.destroy();
  }

  /** Closes the window without asking. */
  destroy(): void {
    this.#isDestroying = true;
    this.webContents.page.close();
  }

  isDestroyed(): boolean {
    return !isOpen(this);
  }

  #gone(): void {
    // Chromium closed the page by itself: there is nothing left to prevent, only to report.
    if (!this.#isDestroying) this.emitPreventable('close');
    windowClosed(this, () => this.emit('closed'));
  }

  #resizedByPerson(bounds: Rectangle): void {
    this.#bounds = bounds;
    for (const event of ['resize', 'resized', 'move', 'moved']) this.emit(event);
  }

  #setState(state: Parameters<typeof applyState>[1], event: string): void {
    this.#later(applyState(this.webContents.page, state));
    this.emit(event);
  }

  /** Chromium follows; a window that closed meanwhile is no failure. */
  #later(change: Promise<unknown>): void {
    change.catch((error: unknown) => {
      if (!this.isDestroyed()) throw error;
    });
  }
}
