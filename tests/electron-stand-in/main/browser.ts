import { Chromium } from '../chromium/chromium.ts';
import { launch } from '../launch.ts';

let running: Chromium | null = null;

/**
 * Starts the one Chromium of this process. Not before the application waits to be ready: a second
 * instance that only tells the first of itself and ends shows nothing.
 */
export function startChromium(): Chromium {
  running ??= new Chromium({
    isWindowed: launch.isWindowed,
    title: launch.appName,
    remoteDebuggingPort: launch.switches.get('remote-debugging-port'),
  });
  return running;
}

/** The Chromium that was started. */
export function chromium(): Chromium {
  if (running === null) throw new Error('Chromium has not been started.');
  return running;
}

/** Ends Chromium, if it was ever started. */
export async function endChromium(): Promise<void> {
  await running?.close();
}
