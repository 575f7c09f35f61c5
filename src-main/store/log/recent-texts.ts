import type { Id } from '../../contract/domain.ts';

/** How a value lies in the log where it does not lie there as text. */
interface Stored {
  readonly value: Uint8Array;
  readonly base_id: Id | null;
}

/** Texts that are remembered, in bytes of UTF-8. */
const maxBytes = 8_000_000;

/**
 * What was decoded lately from one log: who reads the versions of a text one after the other, or
 * writes the next, does not decode all of them each time. A text is what its bytes were decoded
 * to, and what they build on; for others it is not known.
 */
class RecentTexts {
  readonly #texts = new Map<Id, { readonly stored: Stored; readonly text: Buffer }>();
  #bytes = 0;

  get(changeId: Id, { value, base_id }: Stored): Buffer | null {
    const known = this.#texts.get(changeId);
    if (known?.stored.base_id !== base_id) return null;
    return Buffer.compare(known.stored.value, value) === 0 ? known.text : null;
  }

  put(changeId: Id, stored: Stored, text: Buffer): void {
    this.#forget(changeId);
    if (text.length > maxBytes) return;
    this.#texts.set(changeId, { stored, text });
    this.#bytes += text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#bytes <= maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(changeId: Id): void {
    this.#bytes -= this.#texts.get(changeId)?.text.length ?? 0;
    this.#texts.delete(changeId);
  }
}

const known = new WeakMap<object, RecentTexts>();

/** Those of a log, by the connection that it is read through. */
export function recentTextsOf(log: object): RecentTexts {
  const texts = known.get(log) ?? new RecentTexts();
  known.set(log, texts);
  return texts;
}
