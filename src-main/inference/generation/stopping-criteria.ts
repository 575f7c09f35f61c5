import { AppError } from '../../contract/errors.ts';
import type { DecodingConfig } from './resolve-config.ts';

/** Whether a text of this length that now ends with `token` is finished. */
export function isFinished(config: DecodingConfig, length: number, token: number): boolean {
  return length >= config.max_length || config.eos_token_ids.includes(token);
}

/** @throws AppError `cancelled` */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', 'The draft was cancelled.');
}
