import { AppError } from '../contract/errors.ts';
import type { Room } from './services.ts';

/** Models by name from a hub. */
export function createDownloadsService(): {
  readonly downloads: Room<'downloads'>;
  readonly hub: Room<'hub'>;
} {
  const notYet = (): never => {
    throw new AppError('internal', 'Downloads are not there yet.');
  };
  return {
    downloads: { list: () => [], start: notYet, pause: notYet, discard: notYet },
    hub: { status: notYet, 'set-token': notYet },
  };
}
