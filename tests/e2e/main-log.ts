import type { ElectronApplication } from '@playwright/test';
import { createInterface } from 'node:readline';

/** What Node's debugger and Chromium say on their own. */
const expected = [
  /^Debugger (listening|attached|ending)/,
  /^For help, see: /,
  /^DevTools listening on /,
  /^Waiting for the debugger to disconnect/,
  // Chromium's own lines: [process:thread:date:LEVEL:file(line)]
  /^\[\d+:\d+[:/]/,
  /^$/,
];

/** The standard error of every application that a test starts. The main process has nothing to say there. */
export class MainLog {
  readonly #lines: string[] = [];
  readonly #allowed: RegExp[] = [];

  watch(app: ElectronApplication): void {
    const { stderr } = app.process();
    if (stderr !== null) createInterface(stderr).on('line', (line) => this.#lines.push(line));
  }

  /** This test provokes such lines. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  /** Every line so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The lines that nobody expected. */
  get unexpected(): readonly string[] {
    const patterns = [...expected, ...this.#allowed];
    return this.#lines.filter((line) => !patterns.some((pattern) => pattern.test(line)));
  }
}
