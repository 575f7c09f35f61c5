import { AppError } from '../../contract/errors.ts';

/** Runs jobs one after another, in the order they came. */
export class JobQueue {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `job` when all earlier ones have ended. One that is cancelled while it waits is never
   * started, and its promise rejects with `cancelled` at once.
   */
  add<Value>(job: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const cancelWaiting = () => reject(cancelledBeforeStart());
      if (signal?.aborted === true) {
        cancelWaiting();
        return;
      }
      signal?.addEventListener('abort', cancelWaiting, { once: true });
      this.#last = this.#last.then(async () => {
        signal?.removeEventListener('abort', cancelWaiting);
        if (signal?.aborted === true) return;
        await job().then(resolve, reject);
      });
    });
  }
}

function cancelledBeforeStart(): AppError {
  return new AppError('cancelled', 'Cancelled before it started.');
}
