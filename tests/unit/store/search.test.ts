import { describe, expect, it } from 'vitest';
import { findPassage } from '../../../src-main/store/state/passage.ts';
import { searchWords, toFullTextQuery } from '../../../src-main/store/state/search-query.ts';

describe('toFullTextQuery', () => {
  it('quotes every word, so that none is syntax', () => {
    expect(toFullTextQuery('cats OR "dogs" NEAR(x) ')).toBe('"cats" "OR" """dogs""" "NEAR(x)"');
  });

  it('takes the last word as a beginning while it is being typed', () => {
    expect(toFullTextQuery('red ca')).toBe('"red" "ca" *');
    expect(toFullTextQuery('red ca ')).toBe('"red" "ca"');
  });

  it('is nothing without a letter or digit', () => {
    expect(toFullTextQuery('  *** "" - ')).toBeNull();
  });
});

describe('findPassage', () => {
  const long = `${'word '.repeat(100)}The Déjà vu came back. ${'tail '.repeat(100)}`;

  it('finds words whatever their case and accents, and shows what is around', () => {
    const passage = findPassage(long, searchWords('deja'));
    expect(passage).toContain('The Déjà vu came back.');
    expect(passage).toMatch(/^…word .* tail?.*…$/su);
    expect(passage?.length).toBeLessThanOrEqual(202);
  });

  it('finds beginnings of words only', () => {
    expect(findPassage('starting', ['art'])).toBeNull();
    expect(findPassage('starting an artwork', ['art'])).toBe('starting an artwork');
  });

  it('never cuts a character in half', () => {
    const passage = findPassage(`${'😀'.repeat(100)} needle ${'😀'.repeat(300)}`, ['needle']);
    expect(passage?.isWellFormed()).toBe(true);
    expect(passage).not.toContain('\uFFFD');
  });

  it('goes on to the next word when the first does not occur', () => {
    expect(findPassage('only this here', ['missing', 'this'])).toBe('only this here');
  });
});
