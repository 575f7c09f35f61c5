import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeNode } from '../../../../src-main/store/log/change.ts';
import { mergeHeads } from '../../../../src-main/store/merging/merge-heads.ts';
import { headsOf } from '../../../../src-main/store/projection/fold.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

/*
 * People who each write in a paragraph of their own, and now and then hear of what the others
 * wrote, in any order and any pattern: whatever they came by, all of it merges, and each
 * paragraph is as its writer left it.
 */

const parameters = { seed: testSeed(), numRuns: largeCount(2_000) };
const writers = 4;

interface Written extends ChangeNode {
  readonly text: string;
}

const deed = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), who: fc.nat(writers - 1) }),
  fc.record({
    kind: fc.constant('hear' as const),
    who: fc.nat(writers - 1),
    of: fc.nat(writers - 1),
  }),
);

const inOrder = (versions: Iterable<Written>): readonly Written[] =>
  [...versions].sort((one, other) => (one.hlc + one.id < other.hlc + other.id ? -1 : 1));

function look(versions: readonly Written[]) {
  const heads = headsOf(versions);
  return { heads, ...mergeHeads(versions, heads, (version) => (version as Written).text)! };
}

describe('whatever people hear of each other', () => {
  it('merges where they write apart, each paragraph as its writer left it', () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 60 }),
        fc.array(fc.nat(20), { minLength: writers, maxLength: writers }),
        (deeds, clocks) => {
          const first: Written = {
            ...{ id: 'first', hlc: '0', actor_id: 'nobody', field: 'document_body', parents: [] },
            text: Array.from({ length: writers }, (_, who) => `Part${who} begins.`).join('\n\n'),
          };
          const known = Array.from({ length: writers }, () => new Set<Written>([first]));
          const last = Array.from({ length: writers }, (_, who) => `Part${who} begins.`);
          for (const [n, { who, ...more }] of deeds.entries()) {
            const mine = known[who]!;
            if (more.kind === 'hear') {
              for (const version of known[more.of]!) mine.add(version);
              continue;
            }
            const { heads, text, beside } = look(inOrder(mine));
            expect(beside).toEqual([]);
            const parts = text.split('\n\n');
            expect(parts[who]).toBe(last[who]);
            last[who] = `Part${who} goes on with word${n} by now.`;
            parts[who] = last[who];
            mine.add({
              ...{ id: `v${n}`, actor_id: `w${who}`, field: 'document_body' },
              // Clocks that differ, and may set a version before what it was written on.
              hlc: String(1_000 + n + clocks[who]! * 3).padStart(6, '0'),
              ...{ parents: heads.map(({ id }) => id), text: parts.join('\n\n') },
            });
          }
          const everything = inOrder(new Set(known.flatMap((versions) => [...versions])));
          const { text, beside, merged, heads } = look(everything);
          expect(beside).toEqual([]);
          expect(merged).toEqual(heads);
          expect(text).toBe(last.join('\n\n'));
        },
      ),
      parameters,
    );
  });

  it('leaves every head in the text or beside it, where they write in the same words', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const first: Written = {
          ...{ id: 'first', hlc: '0', actor_id: 'nobody', field: 'document_body', parents: [] },
          text: 'It begins here and goes on.',
        };
        const known = Array.from({ length: writers }, () => new Set<Written>([first]));
        for (const [n, { who, ...more }] of deeds.entries()) {
          const mine = known[who]!;
          if (more.kind === 'hear') {
            for (const version of known[more.of]!) mine.add(version);
            continue;
          }
          const { text, merged } = look(inOrder(mine));
          const words = text.split(' ');
          words[(n * 7) % words.length] = `word${n}`;
          mine.add({
            ...{ id: `v${n}`, actor_id: `w${who}`, field: 'document_body' },
            ...{ hlc: String(1_000 + n), parents: merged.map(({ id }) => id) },
            text: words.join(' '),
          });
        }
        const everything = inOrder(new Set(known.flatMap((versions) => [...versions])));
        const { heads, merged, beside } = look(everything);
        expect(inOrder([...merged, ...beside] as Written[])).toEqual(heads);
      }),
      parameters,
    );
  });
});
