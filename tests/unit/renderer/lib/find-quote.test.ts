import { describe, expect, it } from 'vitest';
import { anchorAt, findQuote } from '../../../../src-renderer/lib/find-quote.ts';

const text = 'The cat sat on the mat. Then the cat left, and the mat was cold.';

/** The anchor of the nth time that a phrase stands in a text. */
function anchorOf(phrase: string, nth = 1, body = text) {
  let from = -1;
  for (let count = 0; count < nth; count++) from = body.indexOf(phrase, from + 1);
  return anchorAt(body, { from, to: from + phrase.length })!;
}
const found = (body: string, anchor: ReturnType<typeof anchorOf>): string | null => {
  const place = findQuote(body, anchor);
  return place === null
    ? null
    : `${body.slice(0, place.from)}[${body.slice(place.from, place.to)}]`;
};

describe('anchorAt', () => {
  it('leaves out the blanks at the ends of a selection', () => {
    expect(anchorAt('one  two  three', { from: 3, to: 10 })).toEqual({
      quote: 'two',
      quote_start: 5,
      prefix: 'one  ',
      suffix: '  three',
    });
  });

  it('is nothing where only blanks are selected', () => {
    expect(anchorAt('one  two', { from: 3, to: 5 })).toBeNull();
  });

  it('keeps at most 20,000 characters, and no half of one', () => {
    const long = `${'x'.repeat(19_999)}😀😀`;
    expect(anchorAt(long, { from: 0, to: long.length })?.quote).toHaveLength(19_999);
  });
});

describe('findQuote', () => {
  it('tells a quote from its like by what stands around it', () => {
    const anchor = anchorOf('the mat', 2);
    expect(found(`Once more: ${text}`, anchor)).toBe(
      'Once more: The cat sat on the mat. Then the cat left, and [the mat]',
    );
  });

  it('follows a passage that was moved, past others like it', () => {
    const body = `${'the mat '.repeat(2_000)}and so they said that the mat was cold. The end.`;
    const from = body.lastIndexOf('the mat');
    const anchor = anchorAt(body, { from, to: from + 'the mat'.length })!;
    const moved = `Listen: the mat was cold. The end. ${'the mat '.repeat(2_000)}and so`;
    expect(findQuote(moved, anchor)?.from).toBe('Listen: '.length);
  });

  it('finds it with other blanks between its words', () => {
    expect(found('The cat\n  sat on the mat.', anchorOf('cat sat on'))).toBe('The [cat\n  sat on]');
  });

  it('finds it with something changed inside', () => {
    const body = 'Before. It was a dark and stormy night, and the rain fell in torrents. After.';
    const anchor = anchorOf(
      'It was a dark and stormy night, and the rain fell in torrents.',
      1,
      body,
    );
    expect(found(body.replace('stormy', 'cloudy'), anchor)).toBe(
      'Before. [It was a dark and cloudy night, and the rain fell in torrents.]',
    );
  });

  it.each([
    ['its passage is gone', 'Nothing of it is left.'],
    ['only a like phrase is left elsewhere, more than once', 'mats: the mat! the mat? the mat;'],
  ])('finds it nowhere where %s', (_, body) => {
    expect(findQuote(body, anchorOf('the mat', 2))).toBeNull();
  });

  it('is quick in a long text with many comments', () => {
    const paragraph = (index: number) =>
      `Paragraph ${index}: the quick brown fox jumps over the lazy dog and thinks about it.\n`;
    const body = Array.from({ length: 14_000 }, (_, index) => paragraph(index)).join('');
    const anchors = Array.from({ length: 200 }, (_, index) => {
      const from = index * 5_000;
      return anchorAt(body, { from, to: from + 4 + (index % 60) })!;
    });
    const edited = `A new beginning.\n${body}`;
    const started = performance.now();
    const places = anchors.map((anchor) => findQuote(edited, anchor));
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(
      places.map((place, index) => place?.from === anchors[index]!.quote_start + 17),
    ).not.toContain(false);
  });
});
