import { obtainChromium } from '../../e2e/chromium.ts';

/**
 * Before the tests, where an installation may take its time: inside a test's worker it would
 * stop the worker from answering. Where Chromium cannot be had, the tests that need it say so.
 */
export function setup(): void {
  try {
    obtainChromium();
  } catch (error) {
    console.warn((error as Error).message);
  }
}
