import { describe, expect, it } from 'vitest';
import type { ChangeNode, JsonValue } from '../../../src-main/store/log/change.ts';
import { documentState } from '../../../src-main/store/projection/document-state.ts';
import { headVersions, shownText } from '../../../src-main/store/projection/document-versions.ts';
import type { EntityHistory } from '../../../src-main/store/projection/fold.ts';

type Told = Readonly<
  Record<string, readonly [field: string, parents: readonly string[], value: JsonValue]>
>;

function history(told: Told, refused: readonly string[] = []): EntityHistory {
  const all = Object.entries(told).map(([id, [field, parents]], place): ChangeNode => ({
    ...{ id, field, parents, actor_id: 'somebody' },
    hlc: String(place).padStart(16, '0'),
  }));
  return {
    id: 'document',
    changes: all.filter(({ id }) => !refused.includes(id)),
    refused: all.filter(({ id }) => refused.includes(id)),
    valueOf: ({ id }) => told[id]?.[2],
  };
}
const ids = (changes: readonly ChangeNode[]) => changes.map(({ id }) => id);

describe('the text of a document', () => {
  it('that was written on top of a version that does not count stands alone', () => {
    const told: Told = {
      a: ['document_body', [], 'First.'],
      b: ['document_body', ['a'], 'Refused.'],
      c: ['document_body', ['b'], 'Refused too.'],
      d: ['document_body', ['c'], 'Written on top of that.'],
    };
    expect(ids(headVersions(history(told, ['b', 'c'])))).toEqual(['d']);
    expect(shownText(history(told, ['b', 'c']))).toMatchObject({
      ...{ text: 'Written on top of that.', beside: [] },
    });
  });

  it('is the last that is known where the head is not', () => {
    const told = { a: ['document_body', [], 'First.'], b: ['document_body', ['a'], null] } as const;
    const gone = {
      ...history(told),
      valueOf: ({ id }: ChangeNode) => (id === 'a' ? 'First.' : undefined),
    };
    expect(shownText(gone)).toMatchObject({ text: 'First.', beside: [] });
    expect(shownText({ ...gone, valueOf: () => undefined })).toMatchObject({ text: '' });
  });

  it('is shown although a version beside it cannot be read', () => {
    const told: Told = {
      a: ['document_body', [], 'One.'],
      b: ['document_body', ['a'], 'Two.'],
      c: ['document_body', ['a'], 'Three.'],
    };
    const known = history(told);
    const text = shownText({
      ...known,
      valueOf: (change) => (change.id === 'b' ? undefined : known.valueOf(change)),
    });
    expect(text).toMatchObject({ text: 'Three.', beside: [] });
  });
});

describe('the state of a document', () => {
  const approved: Told = {
    v1: ['document_body', [], 'One.'],
    s1: ['document_state', [], 'in_review'],
    p1: ['approved_versions', [], ['v1']],
    s2: ['document_state', ['s1'], 'approved'],
  };

  it('is approved while its text is what the approval saw', () => {
    expect(documentState(history(approved))).toBe('approved');
  });

  it('is in review again where somebody wrote apart', () => {
    const apart: Told = { ...approved, v2: ['document_body', ['v1'], 'Two.'] };
    expect(documentState(history(apart))).toBe('in_review');
    expect(documentState(history(apart, ['v2']))).toBe('approved');
    const again: Told = { ...apart, p2: ['approved_versions', ['p1'], ['v2']] };
    expect(documentState(history(again))).toBe('approved');
  });

  it('is approved where one of two approvals saw all of it', () => {
    const two: Told = {
      ...{ v1: approved.v1!, v2: ['document_body', [], 'Two.'] },
      ...{ s1: approved.s1!, s2: approved.s2! },
      p1: ['approved_versions', [], ['v1']],
      p2: ['approved_versions', [], ['v2']],
    };
    expect(documentState(history(two))).toBe('in_review');
    expect(documentState(history({ ...two, p2: ['approved_versions', [], ['v1', 'v2']] }))).toBe(
      'approved',
    );
  });

  it('stays approved where an earlier Autodoc approved it', () => {
    const { p1: _said, ...earlier } = approved;
    expect(documentState(history(earlier))).toBe('approved');
  });

  it('goes by no approval once it has moved on', () => {
    expect(
      documentState(history({ ...approved, s3: ['document_state', ['s2'], 'changes_requested'] })),
    ).toBe('changes_requested');
  });
});
