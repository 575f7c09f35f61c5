import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../../../src-renderer/lib/markdown-blocks.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const text = (words: string) => [{ kind: 'text', text: words }];

describe('parseMarkdown', () => {
  it('leaves front matter out', () => {
    expect(parseMarkdown('---\nlicense: mit\n---\n# GPT-2')).toEqual([
      { kind: 'heading', level: 1, content: text('GPT-2') },
    ]);
  });

  it('joins the lines of a paragraph and ends it where something else starts', () => {
    expect(parseMarkdown('one\ntwo\n\n> three\n## Four ##\n- five\n  more\n- six')).toEqual([
      { kind: 'paragraph', content: text('one two') },
      { kind: 'paragraph', content: text('three') },
      { kind: 'heading', level: 2, content: text('Four') },
      { kind: 'list', ordered: false, items: [text('five more'), text('six')] },
    ]);
  });

  it('reads fenced code as it stands, also when the fence is never closed', () => {
    expect(parseMarkdown('```py\n# not a heading\n  x = 1\n```\nend')).toEqual([
      { kind: 'code', text: '# not a heading\n  x = 1' },
      { kind: 'paragraph', content: text('end') },
    ]);
    expect(parseMarkdown('~~~\nopen')).toEqual([{ kind: 'code', text: 'open' }]);
  });

  it('reads tables with and without words above the columns', () => {
    expect(parseMarkdown('| a | b |\n|---|:-:|\n| 1 | 2 |')).toEqual([
      { kind: 'table', head: [text('a'), text('b')], rows: [[text('1'), text('2')]] },
    ]);
    expect(parseMarkdown('| | |\n|---|---|\n| 1 | 2 |')).toEqual([
      { kind: 'table', head: null, rows: [[text('1'), text('2')]] },
    ]);
  });

  it('reads emphasis, code and links inside a line', () => {
    expect(
      parseMarkdown('a **b `c`** *d* `e*` [f](https://g.example) <https://h.example>'),
    ).toEqual([
      {
        kind: 'paragraph',
        content: [
          { kind: 'text', text: 'a ' },
          {
            kind: 'strong',
            content: [
              { kind: 'text', text: 'b ' },
              { kind: 'code', text: 'c' },
            ],
          },
          { kind: 'text', text: ' ' },
          { kind: 'emphasis', content: text('d') },
          { kind: 'text', text: ' ' },
          { kind: 'code', text: 'e*' },
          { kind: 'text', text: ' ' },
          { kind: 'link', text: 'f', address: 'https://g.example' },
          { kind: 'text', text: ' ' },
          { kind: 'link', text: 'https://h.example', address: 'https://h.example' },
        ],
      },
    ]);
  });

  it('shows HTML as the text it is', () => {
    expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'paragraph', content: text('<img src=x onerror=alert(1)>') },
    ]);
  });

  it('reads anything, and every word of plain lines is somewhere in the blocks', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '',
        '---',
        '```',
        '| a | b |',
        '|---|',
        '- item',
        '1. one',
        '# head',
        '  more',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const shown = JSON.stringify(parseMarkdown([...lines, '', 'lastword'].join('\n')));
        expect(shown).toContain('lastword');
      }),
      { numRuns: largeCount(3_000), seed: testSeed() },
    );
  });
});
