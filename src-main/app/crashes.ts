import { app, dialog } from 'electron';
import type { Logger } from '../logging/logger.ts';
import { stackOf } from '../logging/stack-of.ts';

/**
 * Logs what went wrong where nobody caught it. After an exception nobody knows what state the
 * main process is in, so it says so and quits in order: the text is kept by then.
 */
export function watchForCrashes(logger: Logger, logPath: string): void {
  process.on('unhandledRejection', (reason) => {
    logger.error('unhandled rejection', { stack: stackOf(reason) });
  });
  process.on('uncaughtException', (error) => {
    logger.error('uncaught exception', { stack: stackOf(error) });
    dialog.showErrorBox(
      'Autodoc has to close',
      `Something went wrong inside Autodoc. Your text is kept, and the queue goes on with the next start. What happened is in ${logPath}.`,
    );
    app.quit();
  });
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    logger.warn('a helper process ended', { type, reason, exit_code: exitCode });
  });
}
