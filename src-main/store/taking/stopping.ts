import { AppError } from '../../contract/errors.ts';

export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new AppError('cancelled', 'This was stopped. What had come by then is kept.');
  }
}
