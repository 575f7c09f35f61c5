import type { Text } from '@codemirror/state';
import { anchorAt, type QuoteAnchor } from '../../lib/find-quote.ts';
import { locateQuotes, noPlaces, type Quote, type QuotePlaces } from './locate-quotes.ts';
import type { WritingSurface } from './writing-surface.ts';

interface QuotesHost {
  readonly text: () => Text;
  readonly surface: () => WritingSurface | null;
}

/** How long after the last change of the text passages that got lost are looked for again. */
const pauseMs = 400;

/**
 * The passages of the open text that comments are about: found once, and followed by the
 * surface through every edit from there.
 */
export class Quotes {
  #places = $state.raw(noPlaces);
  #quotes: readonly Quote[] = [];
  #stressed: string | null = null;
  /** Those that were found at least once in this text: worth looking for again. */
  #known: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: QuotesHost;

  constructor(host: QuotesHost) {
    this.#host = host;
  }

  /** Where they stood when the text last came to rest. One that is gone is missing. */
  get places(): QuotePlaces {
    return this.#places;
  }

  /** Another text: whose comments come later. */
  restart(): void {
    this.stop();
    this.#quotes = [];
    this.#stressed = null;
    this.#known = [];
    this.#places = noPlaces;
  }

  /** Takes the place of those that there were. */
  mark(quotes: readonly Quote[]): void {
    this.#quotes = quotes;
    this.again();
  }

  /** Finds them all anew, except where the surface knows better. */
  again(): void {
    this.#find({ isThorough: true });
  }

  /** The text changed; what an edit took away, an undo may bring back. */
  follow(): void {
    if (this.#quotes.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#find({ isThorough: false }), pauseMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Shows where one is, for null none. */
  stress(id: string | null): void {
    this.#stressed = id;
    this.#host.surface()?.stressQuote(id);
  }

  /** The selection as an anchor; null where nothing is selected. */
  selected(): QuoteAnchor | null {
    const selection = this.#host.surface()?.selection();
    if (selection === undefined || selection.from === selection.to) return null;
    return anchorAt(this.#host.text().toString(), selection);
  }

  /** The passage that is marked where the cursor is, the shortest of several; null for none. */
  atCursor(): string | null {
    const surface = this.#host.surface();
    if (surface === null) return null;
    const { from: cursor } = surface.selection();
    const places = surface.quotePlaces();
    const around = this.#quotes
      .filter(({ id, isShown }) => {
        const place = places.get(id);
        return isShown && place !== undefined && place.from <= cursor && cursor <= place.to;
      })
      .sort((one, other) => one.anchor.quote.length - other.anchor.quote.length);
    return around[0]?.id ?? null;
  }

  /** Unless it is thorough, passages that never were in this text are not looked for in vain. */
  #find({ isThorough }: { readonly isThorough: boolean }): void {
    const surface = this.#host.surface();
    if (surface === null) return;
    const places = locateQuotes(this.#quotes, {
      followed: surface.quotePlaces(),
      isSought: (id) => isThorough || this.#known.includes(id),
      text: () => this.#host.text().toString(),
    });
    this.#known = [...this.#known.filter((id) => !places.has(id)), ...places.keys()];
    surface.markQuotes(
      this.#quotes.flatMap(({ id, isShown }) => {
        const place = places.get(id);
        return place === undefined ? [] : [{ id, isShown, ...place }];
      }),
    );
    if (this.#stressed !== null && !places.has(this.#stressed)) this.stress(null);
    this.#places = places;
  }
}
