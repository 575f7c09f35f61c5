/*
 * jsdom lays nothing out. A list that draws only what is in view needs sizes to decide by:
 * here everything is a viewport of 600 by 800 pixels, and each item of a list or row of a table
 * is 80 high.
 */

const viewport = { width: 600, height: 800 };
const itemHeight = 80;

class FakeResizeObserver implements ResizeObserver {
  readonly #callback: ResizeObserverCallback;

  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback;
  }

  observe(target: Element): void {
    const isRow = target.parentElement?.parentElement?.getAttribute('role') === 'rowgroup';
    const height = isRow || target.tagName === 'LI' ? itemHeight : viewport.height;
    const contentRect = DOMRect.fromRect({ width: viewport.width, height });
    const size = [{ inlineSize: viewport.width, blockSize: height }];
    const entry: ResizeObserverEntry = {
      target,
      contentRect,
      borderBoxSize: size,
      contentBoxSize: size,
      devicePixelContentBoxSize: size,
    };
    queueMicrotask(() => this.#callback([entry], this));
  }

  unobserve(): void {
    // It reports once, and has nothing to stop.
  }

  disconnect(): void {
    // The same.
  }
}

/** Gives elements sizes, and lists something to draw. */
export function installFakeLayout(): void {
  globalThis.ResizeObserver = FakeResizeObserver;
  HTMLElement.prototype.scrollIntoView = () => undefined;
  HTMLElement.prototype.scrollTo = () => undefined;
  HTMLElement.prototype.hasPointerCapture = () => false;
  HTMLElement.prototype.scrollBy = () => undefined;
  Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
    configurable: true,
    get(this: HTMLElement) {
      return this.parentElement;
    },
  });
}
