import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lastWordsTimeoutMs } from '../../../src-main/app/last-words.ts';
import { MainWindow } from '../../../src-main/app/main-window.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';

class FakeWindow extends EventEmitter {
  readonly webContents = Object.assign(new EventEmitter(), { id: 1, reload: vi.fn() });
  readonly loadURL = vi.fn((_url: string) => Promise.resolve());
  readonly show = vi.fn();
  readonly focus = vi.fn();
  readonly restore = vi.fn();
  isMinimizedNow = false;
  isDestroyed = false;

  isMinimized(): boolean {
    return this.isMinimizedNow;
  }

  close(): void {
    const preventDefault = vi.fn();
    this.emit('close', { preventDefault });
    if (preventDefault.mock.calls.length === 0) this.destroy();
  }

  destroy(): void {
    this.isDestroyed = true;
    this.emit('closed');
  }
}

function application() {
  const opened: FakeWindow[] = [];
  const askForLastWords = vi.fn();
  const mayCloseUnsaved = vi.fn((_window: BrowserWindow, _reason: string) =>
    Promise.resolve(false),
  );
  const main = new MainWindow({
    open: () => {
      const window = new FakeWindow();
      opened.push(window);
      return window as unknown as BrowserWindow;
    },
    askForLastWords,
    mayCloseUnsaved,
    logger: silentLogger,
  });
  main.show();
  return { main, opened, window: opened[0]!, askForLastWords, mayCloseUnsaved };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the main window', () => {
  it('opens with the application’s page', () => {
    const { main, window } = application();
    expect(window.loadURL).toHaveBeenCalledExactlyOnceWith('app://autodoc/index.html');
    expect(main.contents).toEqual([window.webContents]);
    expect(main.current).toBe(window);
  });

  it('comes to the front instead of opening twice', () => {
    const { main, opened, window } = application();
    window.isMinimizedNow = true;
    main.show();
    expect(opened).toHaveLength(1);
    expect(window.restore).toHaveBeenCalledOnce();
    expect(window.show).toHaveBeenCalledOnce();
    expect(window.focus).toHaveBeenCalledOnce();
  });

  it('closes when its page has handed over its text', async () => {
    const { main, window, askForLastWords } = application();
    window.close();
    window.close();
    await vi.advanceTimersByTimeAsync(lastWordsTimeoutMs - 1);
    expect(askForLastWords).toHaveBeenCalledOnce();
    expect(window.isDestroyed).toBe(false);
    main.readyToClose();
    await vi.advanceTimersByTimeAsync(0);
    expect(window.isDestroyed).toBe(true);
    expect(main.contents).toEqual([]);
  });

  it('closes without an answer when there is none in time', async () => {
    const { window } = application();
    window.close();
    await vi.advanceTimersByTimeAsync(lastWordsTimeoutMs);
    expect(window.isDestroyed).toBe(true);
  });

  it('stays open with text that could not be kept, unless the person says otherwise', async () => {
    const { main, window, askForLastWords, mayCloseUnsaved } = application();
    window.close();
    main.holdOpen('The disk is full.');
    await vi.advanceTimersByTimeAsync(2 * lastWordsTimeoutMs);
    expect(mayCloseUnsaved).toHaveBeenCalledExactlyOnceWith(window, 'The disk is full.');
    expect(window.isDestroyed).toBe(false);

    mayCloseUnsaved.mockResolvedValueOnce(true);
    window.close();
    expect(askForLastWords).toHaveBeenCalledTimes(2);
    main.holdOpen('The disk is full.');
    await vi.advanceTimersByTimeAsync(0);
    expect(window.isDestroyed).toBe(true);
  });

  it('waits for nothing from a page that is gone', async () => {
    const { window } = application();
    window.close();
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    await vi.advanceTimersByTimeAsync(0);
    expect(window.isDestroyed).toBe(true);
  });

  it('opens anew after it was closed', async () => {
    const { main, opened, window } = application();
    window.close();
    main.readyToClose();
    await vi.advanceTimersByTimeAsync(0);
    main.show();
    expect(opened).toHaveLength(2);
    opened[1]!.close();
    expect(opened[1]!.isDestroyed).toBe(false);
  });

  it('hands over its text when another library is opened, and again when it closes', async () => {
    const { main, window, askForLastWords } = application();
    const handedOver = main.handOverText();
    main.readyToClose();
    await handedOver;
    expect(window.isDestroyed).toBe(false);

    window.close();
    expect(askForLastWords).toHaveBeenCalledTimes(2);
    main.readyToClose();
    await vi.advanceTimersByTimeAsync(0);
    expect(window.isDestroyed).toBe(true);
    await main.handOverText();
  });

  it('says when it holds text that could not be kept, and asks again the next time', async () => {
    const { main, askForLastWords } = application();
    const handedOver = main.handOverText();
    main.holdOpen('The disk is full.');
    await expect(handedOver).rejects.toThrow(/could not be kept.*The disk is full\./);
    const again = main.handOverText();
    main.readyToClose();
    await again;
    expect(askForLastWords).toHaveBeenCalledTimes(2);
  });

  it('loads its page again after a crash, but not for ever', () => {
    const { window } = application();
    for (let i = 0; i < 10; i++) {
      window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 9 });
    }
    expect(window.webContents.reload).toHaveBeenCalledTimes(3);
  });
});
