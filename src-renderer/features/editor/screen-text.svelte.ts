import { Text } from '@codemirror/state';
import type { ContextMeasure } from '../../../src-main/contract/channels.ts';
import { countWords } from '../../lib/count-words.ts';
import { ReadingMeter } from './parts/reading-meter.svelte.ts';
import { Quotes } from './quotes.svelte.ts';
import type { WritingSurface } from './writing-surface.ts';

/**
 * The text on the screen and what follows it there: the editor that shows it, how many words it
 * has, what the model would read of it, and the passages that comments are about.
 */
export class ScreenText {
  #text = $state.raw(Text.empty);
  #selectedWords = $state<number | null>(null);
  #surface: WritingSurface | null = null;
  readonly #meter = new ReadingMeter(() => this.#surface?.markReading(this.#meter.readsFrom));
  /** The passages of the text that comments are about. */
  readonly quotes = new Quotes({ text: () => this.#text, surface: () => this.#surface });

  get text(): Text {
    return this.#text;
  }

  /** The editor; null while there is none. */
  get surface(): WritingSurface | null {
    return this.#surface;
  }

  /** What the model would read of the text; null until measured. */
  get context(): ContextMeasure | null {
    return this.#meter.context;
  }

  get words(): number {
    return this.#meter.words;
  }

  /** Null while nothing is selected. */
  get selectedWords(): number | null {
    return this.#selectedWords;
  }

  /** The editor on the screen. The answer takes it away again. */
  attach(surface: WritingSurface, { isWritable }: { readonly isWritable: boolean }): () => void {
    this.#surface = surface;
    surface.setWritable(isWritable);
    surface.show(this.#text);
    surface.markReading(this.#meter.readsFrom);
    this.quotes.again();
    return () => {
      this.#surface = null;
    };
  }

  /** Another document's text; null where none is open. */
  show(text: Text | null): void {
    this.#text = text ?? Text.empty;
    this.#selectedWords = null;
    this.#surface?.show(this.#text);
    this.quotes.restart();
    this.#meter.restart(text);
  }

  /** The same document's text, changed elsewhere. */
  update(text: Text): void {
    this.#text = text;
    this.#surface?.update(text);
    this.#meter.follow(text);
    this.quotes.follow();
  }

  /** The text changed under the writer's hands. */
  edited(text: Text): void {
    this.#text = text;
    this.#meter.follow(text);
    this.quotes.follow();
  }

  selected(text: string | null): void {
    this.#selectedWords = text === null ? null : countWords(text);
  }

  /** The text is the same, but the model that would read it may not be. */
  measureAgain(): void {
    this.#meter.again();
  }

  stop(): void {
    this.#meter.stop();
    this.quotes.stop();
  }
}
