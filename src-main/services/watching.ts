import { toErrorEnvelope } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import type { LibraryStore } from '../store/types.ts';

/** Calls back when another process wrote to the library; the answer stops looking. */
export function watchOtherWriters(
  store: () => LibraryStore,
  { everyMs, logger }: { readonly everyMs: number; readonly logger: Logger },
  onWrite: () => void,
): () => void {
  let seen = store().otherWriterVersion();
  const timer = setInterval(() => {
    try {
      const now = store().otherWriterVersion();
      if (now === seen) return;
      seen = now;
      onWrite();
    } catch (error) {
      logger.warn('could not look for other writers', { code: toErrorEnvelope(error).code });
    }
  }, everyMs);
  return () => clearInterval(timer);
}
