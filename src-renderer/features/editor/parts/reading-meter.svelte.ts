import type { Text } from '@codemirror/state';
import type { ContextMeasure } from '../../../../src-main/contract/channels.ts';
import { call } from '../../../ipc/client.ts';
import { countWords } from '../../../lib/count-words.ts';
import { wellFormed } from './body-text.ts';

/** A pause in typing after which words are counted and the model's reading is measured. */
const pauseMs = 400;
/** The model's window is far shorter than this: of a longer text only its end is measured. */
const measuredLength = 200_000;

/** Counts a text's words, and measures what of it the model would read. */
export class ReadingMeter {
  #words = $state(0);
  #context = $state.raw<ContextMeasure | null>(null);
  #text: Text | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onMeasured: () => void;

  /** `onMeasured` is called when `context` changed. */
  constructor(onMeasured: () => void) {
    this.#onMeasured = onMeasured;
  }

  get words(): number {
    return this.#words;
  }

  /** Null until measured, and where nothing can measure. */
  get context(): ContextMeasure | null {
    return this.#context;
  }

  /** Where the model starts to read; null where it reads the whole text. */
  get readsFrom(): number | null {
    const from = this.#context?.reads_from ?? 0;
    return from > 0 ? from : null;
  }

  /** Another text: what was known of the last one no longer holds. Null: there is none. */
  restart(text: Text | null): void {
    clearTimeout(this.#timer);
    this.#text = text;
    this.#words = text === null ? 0 : countWords(text.toString());
    this.#context = null;
    if (text !== null) void this.#measure(text);
  }

  /** The same text, typed on. */
  follow(text: Text): void {
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#measure(text), pauseMs);
  }

  /** The text is the same, but what reads it may have changed. */
  again(): void {
    if (this.#text !== null) this.follow(this.#text);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #measure(text: Text): Promise<void> {
    const whole = text.toString();
    this.#words = countWords(whole);
    const start = tailStart(whole);
    let context: ContextMeasure | null = null;
    try {
      const measured = await call('context:measure', { text: wellFormed(whole.slice(start)) });
      context = {
        ...measured,
        reads_from: measured.reads_from + start,
        is_exact: measured.is_exact && start === 0,
      };
    } catch {
      // Measuring is a courtesy: without it nothing is shown, and a draft says what is wrong.
    }
    // Typed on meanwhile: the next measure is on its way.
    if (text !== this.#text) return;
    this.#context = context;
    this.#onMeasured();
  }
}

/** Where the part of a text that is measured begins; never between the halves of a character. */
function tailStart(text: string): number {
  const start = Math.max(0, text.length - measuredLength);
  const code = text.charCodeAt(start);
  return code >= 0xdc00 && code <= 0xdfff ? start + 1 : start;
}
