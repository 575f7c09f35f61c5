import type { BrowserWindow, WebContents } from 'electron';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import { LastWords } from './last-words.ts';
import { startUrl } from './origin.ts';

/** A page that dies again and again is not reloaded for ever. */
const maxReloads = 3;

export interface MainWindowOptions {
  /** Makes the window, without a page in it yet. */
  readonly open: () => BrowserWindow;
  /** Asks the page for its unsaved text; it answers through `readyToClose`. */
  readonly askForLastWords: () => void;
  /** Asks the person whether it may close although text could not be kept. */
  readonly mayCloseUnsaved: (window: BrowserWindow, reason: string) => Promise<boolean>;
  readonly logger: Logger;
}

/** The application's one window: opened once, brought to the front after that, closed with care. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;
  #lastWords: LastWords | null = null;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  /** The window, for dialogs that belong to it; null while there is none. */
  get current(): BrowserWindow | null {
    return this.#window;
  }

  /** The pages that may speak to the main process and hear from it. */
  get contents(): readonly WebContents[] {
    return this.#window === null ? [] : [this.#window.webContents];
  }

  /** Opens the window, or brings it to the front, from the dock or from behind others. */
  show(): void {
    if (this.#window === null) {
      this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** The page has handed over its text, and may be closed. */
  readyToClose(): void {
    this.#lastWords?.answered();
  }

  /**
   * Has the page hand over its text, as before it closes: another library is to be opened in it.
   * Throws where it holds text that could not be kept.
   */
  async handOverText(): Promise<void> {
    if (this.#window === null) return;
    const answer = await (this.#lastWords = this.#newLastWords()).heard();
    // What closes the window later on asks anew.
    this.#lastWords = this.#newLastWords();
    if (answer.mayClose) return;
    throw new AppError(
      'invalid_input',
      `The text on the screen could not be kept, so this library stays open. ${answer.reason}`,
    );
  }

  /** The page holds text that could not be kept: it stays open unless the person says otherwise. */
  holdOpen(reason: string): void {
    this.#lastWords?.refused(reason);
  }

  #open(): void {
    const { open, mayCloseUnsaved, logger } = this.#options;
    const window = open();
    this.#window = window;
    this.#lastWords = this.#newLastWords();
    let reloads = 0;

    window.on('close', (event) => {
      // Closing goes on with `destroy`, which asks nobody again.
      event.preventDefault();
      const lastWords = (this.#lastWords ??= this.#newLastWords());
      void lastWords
        .heard()
        .then((answer) => answer.mayClose || mayCloseUnsaved(window, answer.reason))
        .then((mayClose) => {
          if (mayClose) window.destroy();
        });
    });
    window.on('closed', () => {
      this.#window = null;
      this.#lastWords = null;
    });
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      // A page that is gone has nothing more to say.
      this.#lastWords?.answered();
      logger.error('the page ended', { reason, exit_code: exitCode, reloads });
      if (reason !== 'clean-exit' && reloads++ < maxReloads) window.webContents.reload();
    });
    window.loadURL(startUrl).catch((error: unknown) => {
      logger.error('the page did not load', { reason: String(error) });
    });
  }

  #newLastWords(): LastWords {
    return new LastWords(this.#options.askForLastWords);
  }
}
