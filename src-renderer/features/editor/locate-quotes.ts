import { findQuote, type QuoteAnchor, type QuotePlace } from '../../lib/find-quote.ts';

/** A passage that a comment is about, as it was when the comment was made. */
export interface Quote {
  readonly id: string;
  readonly anchor: QuoteAnchor;
  /** Whether it is marked for the eye. */
  readonly isShown: boolean;
}

/** Where passages are, by id. One that is gone is missing. */
export type QuotePlaces = ReadonlyMap<string, QuotePlace>;

export const noPlaces: QuotePlaces = new Map();

interface Search {
  /** Where those are that were followed since they were found. */
  readonly followed: QuotePlaces;
  /** Whether one that was not followed is worth a search. */
  readonly isSought: (id: string) => boolean;
  /** Asked for when something is searched, since a long text takes a while to put together. */
  readonly text: () => string;
}

export function locateQuotes(quotes: readonly Quote[], search: Search): QuotePlaces {
  const places = new Map<string, QuotePlace>();
  let text: string | null = null;
  for (const { id, anchor } of quotes) {
    let place = search.followed.get(id) ?? null;
    if (place === null && search.isSought(id)) {
      text ??= search.text();
      place = findQuote(text, anchor);
    }
    if (place !== null) places.set(id, place);
  }
  return places;
}
