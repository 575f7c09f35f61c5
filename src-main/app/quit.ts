import { app } from 'electron';
import type { Logger } from '../logging/logger.ts';
import { stackOf } from '../logging/stack-of.ts';

/** How long stopping may take before the application ends all the same. */
const stopTimeoutMs = 10_000;

/**
 * Quits when the last window is closed (on macOS: when it was asked to), and lets `stop`
 * finish its work first. What `stop` does is tidying: everything typed is on disk already.
 */
export function quitInOrder(stop: () => Promise<void>, logger: Logger): void {
  let isAskedToQuit = false;
  let isStopping = false;
  app.on('before-quit', () => {
    isAskedToQuit = true;
  });
  app.on('window-all-closed', () => {
    if (isAskedToQuit || process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isStopping) return;
    isStopping = true;
    const patience = setTimeout(() => {
      logger.warn('stopping took too long', { timeout_ms: stopTimeoutMs });
      app.exit(0);
    }, stopTimeoutMs);
    stop()
      .catch((error: unknown) => {
        logger.error('stopping failed', { stack: stackOf(error) });
      })
      .finally(() => {
        clearTimeout(patience);
        app.exit(0);
      });
  });
}
