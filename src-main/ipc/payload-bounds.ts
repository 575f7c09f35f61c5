import { maxBodyLength } from '../contract/domain.ts';

/** One document's body, and room for everything else a request may say. */
const maxTextLength = maxBodyLength + 100_000;
/** The largest request has a few dozen values; a list of versions has at most a hundred. */
const maxValues = 1_000;

/**
 * Whether an argument is small enough to look at closely. Schemas check every element of a
 * list before its length, so this comes first.
 */
export function isWithinBounds(payload: unknown): boolean {
  const waiting: unknown[] = [payload];
  let textLength = 0;
  for (let seen = 0; waiting.length > 0; seen++) {
    if (seen >= maxValues) return false;
    const value = waiting.pop();
    if (typeof value === 'string') {
      textLength += value.length;
      if (textLength > maxTextLength) return false;
    } else if (Array.isArray(value)) {
      if (value.length > maxValues) return false;
      waiting.push(...(value as unknown[]));
    } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      // No channel takes binary data.
      return false;
    } else if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value);
      if (entries.length > maxValues) return false;
      for (const [key, entry] of entries) waiting.push(key, entry);
    }
  }
  return true;
}
