import type { Rectangle } from 'electron';
import { launch } from '../launch.ts';
import { chromium } from './browser.ts';
import type { Page } from './page.ts';

type WindowState = 'normal' | 'minimized' | 'maximized' | 'fullscreen';

/** Gives a page's window its size, and its place where there is a display. */
export async function applyBounds(page: Page, bounds: Rectangle): Promise<void> {
  const windowId = await windowOf(page);
  const { x: left, y: top, width, height } = bounds;
  if (launch.isWindowed) {
    await chromium().browser.send('Browser.setWindowBounds', {
      windowId,
      bounds: { left, top, width, height },
    });
  } else {
    // Without a display Chromium still draws its own bars, which Electron has none of.
    await chromium().browser.send('Browser.setContentsSize', { windowId, width, height });
  }
}

export async function applyState(page: Page, windowState: WindowState): Promise<void> {
  // What nobody sees keeps its size, so that pictures of it stay comparable.
  if (!launch.isWindowed) return;
  const windowId = await windowOf(page);
  await chromium().browser.send('Browser.setWindowBounds', { windowId, bounds: { windowState } });
}

async function windowOf(page: Page): Promise<number> {
  await page.ready;
  const targetId = page.targetId;
  if (targetId === null) throw new Error('The page has no window.');
  const { windowId } = await chromium().browser.send('Browser.getWindowForTarget', { targetId });
  return windowId;
}
