/*
 * Where a quote stands in a text that may have been edited since. What does not point to one
 * place is not found at all: a comment that stands nowhere is read, one at the wrong place misleads.
 */

/** A quote, and enough of what stood around it to tell it from its like. As the contract has it. */
export interface QuoteAnchor {
  /** In UTF-16 code units of the text as it was. */
  readonly quote_start: number;
  readonly quote: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** A stretch of a text, in UTF-16 code units. */
export interface QuotePlace {
  readonly from: number;
  readonly to: number;
}

/** Longest context kept on either side. */
const contextLength = 64;
const longestQuote = 20_000;
/** Context that must agree before one of several like places is believed. */
const leastSupport = 6;
/** Like places that are looked at on either side of where the quote was. */
const mostPlaces = 500;
/** Of a quote that was changed inside: how much of its ends, and of what is around it, must stand. */
const edgeLength = 16;
const shortestEdge = 6;
const edgeContext = 32;

/** The anchor of a stretch of a text, without blanks at its ends; null where nothing else is in it. */
export function anchorAt(text: string, { from, to }: QuotePlace): QuoteAnchor | null {
  const selected = text.slice(from, Math.min(to, from + longestQuote));
  const quote = wholeCharacters(selected.trim());
  if (quote === '') return null;
  const start = from + selected.indexOf(quote);
  const end = start + quote.length;
  return {
    quote_start: start,
    quote,
    prefix: wholeCharacters(text.slice(Math.max(0, start - contextLength), start)),
    suffix: wholeCharacters(text.slice(end, end + contextLength)),
  };
}

/** Without the half of a surrogate pair that a cut may have left at an end. */
function wholeCharacters(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}

/** Where the quote stands now; null where it is gone, or could be at several places. */
export function findQuote(text: string, anchor: QuoteAnchor): QuotePlace | null {
  const { quote, prefix, suffix, quote_start } = anchor;
  if (quote === '') return null;
  const isUnmoved = text.startsWith(prefix + quote + suffix, quote_start - prefix.length);
  if (isUnmoved && quote_start >= prefix.length) {
    return { from: quote_start, to: quote_start + quote.length };
  }
  const first = text.indexOf(quote);
  if (first >= 0) {
    const isOnly = !text.includes(quote, first + 1);
    if (isOnly) return { from: first, to: first + quote.length };
    return best(text, anchor, [...nearContext(text, anchor), ...nearPlaces(text, anchor)]);
  }
  return withOtherBlanks(text, anchor) ?? changedInside(text, anchor);
}

/** The quote with all that stood on one side of it, wherever in the text: far moves are found. */
function nearContext(text: string, anchor: QuoteAnchor): readonly QuotePlace[] {
  const { quote, prefix, suffix, quote_start } = anchor;
  const needles = [
    { needle: prefix + quote + suffix, lead: prefix.length },
    { needle: prefix + quote, lead: prefix.length },
    { needle: quote + suffix, lead: 0 },
  ];
  return needles.flatMap(({ needle, lead }) =>
    startsAround(text, needle, quote_start - lead, 1).map((start) => ({
      from: start + lead,
      to: start + lead + quote.length,
    })),
  );
}

function nearPlaces(text: string, { quote, quote_start }: QuoteAnchor): readonly QuotePlace[] {
  return startsAround(text, quote, quote_start, mostPlaces).map((from) => ({
    from,
    to: from + quote.length,
  }));
}

/** Where `needle` begins: the last `most` times before a position, and the first after it. */
function startsAround(text: string, needle: string, position: number, most: number): number[] {
  let before: number[] = [];
  const after: number[] = [];
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    if (at <= position) {
      before.push(at);
      if (before.length >= 2 * most) before = before.slice(-most);
    } else {
      after.push(at);
      if (after.length >= most) break;
    }
  }
  return [...before.slice(-most), ...after];
}

/** The place that what is around it speaks for; of several such, the nearest to where it was. */
function best(text: string, anchor: QuoteAnchor, places: readonly QuotePlace[]): QuotePlace | null {
  let chosen: QuotePlace | null = null;
  let most = leastSupport;
  const distance = ({ from }: QuotePlace): number => Math.abs(from - anchor.quote_start);
  for (const place of places) {
    const score = support(text, anchor, place);
    const isBetter =
      score > most || (score === most && (chosen === null || distance(place) < distance(chosen)));
    if (isBetter) {
      chosen = place;
      most = score;
    }
  }
  return chosen;
}

/** How much of the context is still around a place. The edge of the text stands for what it lacks. */
function support(text: string, { prefix, suffix }: QuoteAnchor, { from, to }: QuotePlace): number {
  let before = 0;
  while (before < prefix.length && text[from - 1 - before] === prefix.at(-1 - before)) before++;
  if (before === prefix.length && from === before) before = contextLength;
  let after = 0;
  while (after < suffix.length && text[to + after] === suffix[after]) after++;
  if (after === suffix.length && to + after === text.length) after = contextLength;
  return before + after;
}

/** The same words with other blanks or line breaks between them. */
function withOtherBlanks(text: string, anchor: QuoteAnchor): QuotePlace | null {
  const words = anchor.quote.split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined || words.length === 1) return null;
  const places: QuotePlace[] = [];
  for (let from = text.indexOf(first); from >= 0; from = text.indexOf(first, from + 1)) {
    const to = endOfWords(text, from, words);
    if (to !== null) places.push({ from, to });
    if (places.length > mostPlaces) return null;
  }
  return places.length === 1 ? places[0]! : best(text, anchor, places);
}

function endOfWords(text: string, from: number, words: readonly string[]): number | null {
  const blank = /\s*/y;
  let at = from;
  for (const [index, word] of words.entries()) {
    if (index > 0) {
      blank.lastIndex = at;
      const length = blank.exec(text)?.[0].length ?? 0;
      if (length === 0) return null;
      at += length;
    }
    if (!text.startsWith(word, at)) return null;
    at += word.length;
  }
  return at;
}

/**
 * The quote with something changed inside: its ends stand where they stood, each but once in
 * the text, and about as far apart.
 */
function changedInside(text: string, anchor: QuoteAnchor): QuotePlace | null {
  const { quote, prefix, suffix } = anchor;
  const edge = Math.min(edgeLength, quote.length >> 1);
  if (edge < shortestEdge) return null;
  const head = prefix.slice(-edgeContext) + quote.slice(0, edge);
  const tail = quote.slice(-edge) + suffix.slice(0, edgeContext);
  const headStart = onlyIndexOf(text, head);
  const tailStart = onlyIndexOf(text, tail);
  if (headStart === null || tailStart === null) return null;
  const from = headStart + head.length - edge;
  const to = tailStart + edge;
  const isInOrder = tailStart >= from + edge;
  const isNear = Math.abs(to - from - quote.length) <= quote.length / 2;
  return isInOrder && isNear ? { from, to } : null;
}

/** Null where it is not in the text, or more than once. */
function onlyIndexOf(text: string, needle: string): number | null {
  const at = text.indexOf(needle);
  return at >= 0 && !text.includes(needle, at + 1) ? at : null;
}
