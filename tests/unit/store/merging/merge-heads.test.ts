import { describe, expect, it } from 'vitest';
import {
  besideInPieces,
  mergeHeads,
  type MergedHeads,
} from '../../../../src-main/store/merging/merge-heads.ts';
import { headsOf } from '../../../../src-main/store/projection/fold.ts';
import type { ChangeNode } from '../../../../src-main/store/log/change.ts';

type Story = Readonly<Record<string, readonly [parents: string, text: string | null]>>;

/** Versions in the order they are told, each with the letters of those it was written on. */
function told(story: Story) {
  const versions = Object.entries(story).map(([id, [parents]], place): ChangeNode => ({
    ...{ id, actor_id: 'somebody', field: 'document_body' },
    ...{ hlc: String(place).padStart(16, '0'), parents: Array.from(parents) },
  }));
  const textOf = ({ id }: ChangeNode) => story[id]?.[1] ?? undefined;
  const merge = (): MergedHeads | null => mergeHeads(versions, headsOf(versions), textOf);
  return { versions, textOf, merge };
}

function shown(story: Story) {
  const merged = told(story).merge();
  return merged === null
    ? null
    : { text: merged.text, beside: merged.beside.map(({ id }) => id).join('') };
}

describe('the heads of a document', () => {
  it('are one text where they merge', () => {
    const o = 'One.\n\nTwo.\n\nThree.';
    const story: Story = {
      o: ['', o],
      a: ['o', o.replace('One', 'Uno')],
      b: ['o', o.replace('Three', 'Tre')],
      c: ['o', o.replace('Two', 'Due')],
    };
    expect(shown(story)).toEqual({ text: 'Uno.\n\nDue.\n\nTre.', beside: '' });
  });

  it('stand beside the text where they do not, and the others go on merging', () => {
    const story: Story = {
      o: ['', 'I am happy. It rains.'],
      a: ['o', 'I am glad. It rains.'],
      b: ['o', 'I am merry. It rains.'],
      c: ['o', 'I am happy. It pours.'],
    };
    expect(shown(story)).toEqual({ text: 'I am glad. It pours.', beside: 'b' });
  });

  it('stay as they are shown when somebody writes on', () => {
    const story: Story = {
      o: ['', 'I am happy.'],
      a: ['o', 'I am glad.'],
      b: ['o', 'I am merry.'],
      c: ['a', 'I am very glad.'],
    };
    expect(shown(story)).toEqual({ text: 'I am very glad.', beside: 'b' });
    expect(shown({ ...story, d: ['b', 'I am very merry.'] })).toEqual({
      ...{ text: 'I am very glad.', beside: 'd' },
    });
    expect(shown({ ...story, d: ['bc', 'I am both.'] })).toEqual({
      text: 'I am both.',
      beside: '',
    });
  });

  it('merge what both had merged already', () => {
    // Each took in what the other had, and both wrote on: they met at a and at b.
    const story: Story = {
      o: ['', 'One. Two. Three. Four.'],
      a: ['o', 'Uno. Two. Three. Four.'],
      b: ['o', 'One. Due. Three. Four.'],
      c: ['ab', 'Uno. Due. Tre. Four.'],
      d: ['ab', 'Uno. Due. Three. Quattro.'],
    };
    expect(shown(story)).toEqual({ text: 'Uno. Due. Tre. Quattro.', beside: '' });
  });

  it('ask again where two settled the same conflict in different ways, and not where alike', () => {
    const story: Story = {
      o: ['', 'I am happy. It rains.'],
      a: ['o', 'I am glad. It rains.'],
      b: ['o', 'I am merry. It rains.'],
      c: ['ab', 'I am glad. It rains.'],
      d: ['ab', 'I am merry. It pours.'],
    };
    expect(shown(story)).toEqual({ text: 'I am glad. It rains.', beside: 'd' });
    expect(shown({ ...story, d: ['ab', 'I am glad. It pours.'] })).toEqual({
      ...{ text: 'I am glad. It pours.', beside: '' },
    });
  });

  it('merge by an older text where the one both were made of is gone', () => {
    const story: Story = {
      o: ['', 'One.\n\nTwo.\n\nThree.'],
      p: ['o', null],
      a: ['p', 'Uno.\n\nTwo.\n\nThree. Four.'],
      b: ['p', 'One.\n\nDue.\n\nThree. Four.'],
    };
    expect(shown(story)).toEqual({ text: 'Uno.\n\nDue.\n\nThree. Four.', beside: '' });
  });

  it('with nothing in common stand side by side', () => {
    const story: Story = { a: ['x', 'Alpha.'], b: ['y', 'Beta.'], c: ['', 'Alpha.'] };
    expect(shown(story)).toEqual({ text: 'Alpha.', beside: 'b' });
  });

  it('that are not known are left out', () => {
    expect(shown({ o: ['', 'One.'], a: ['o', null], b: ['o', 'Two.'] })).toEqual({
      ...{ text: 'Two.', beside: '' },
    });
    expect(shown({ o: ['', 'One.'], a: ['o', null], b: ['o', null] })).toBeNull();
  });

  it('that claim to be made of each other keep nobody from the others', () => {
    const story: Story = {
      ...{ a: ['b', 'A.'], b: ['a', 'B.'] },
      ...{ c: ['a', 'A. C.'], d: ['b', 'B. D.'] },
    };
    expect(shown(story)).toEqual({ text: 'A. C.', beside: 'd' });
  });

  it('end with people who merge each other again and again', () => {
    const story: Record<string, readonly [string, string]> = { '0': ['', 'One. Two.'] };
    let [one, other] = ['0', '0'];
    for (let round = 0; round < 40; round += 1) {
      const [a, b] = [String.fromCodePoint(0x4e00 + round), String.fromCodePoint(0x5e00 + round)];
      const parents = one === other ? one : one + other;
      story[a] = [parents, `${'x '.repeat(round + 1)}One. Two. ${'y '.repeat(round)}`];
      story[b] = [parents, `${'x '.repeat(round)}One. Two. ${'y '.repeat(round + 1)}`];
      [one, other] = [a, b];
    }
    expect(shown(story)?.text).toContain('One. Two.');
  });

  it('in pieces: the text, and what stands beside it', () => {
    const { versions, textOf, merge } = told({
      o: ['', 'I am happy. It rains.'],
      a: ['o', 'I am glad. It rains.'],
      b: ['o', 'I am merry. It pours.'],
    });
    const merged = merge()!;
    expect(besideInPieces(versions, merged, merged.beside[0]!, textOf)).toEqual([
      { kind: 'merged', text: 'I am ' },
      { kind: 'choice', base: 'happy', ours: 'glad', theirs: 'merry' },
      { kind: 'merged', text: '. It pours.' },
    ]);
  });
});
