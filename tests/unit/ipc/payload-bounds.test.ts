import { describe, expect, it } from 'vitest';
import { maxBodyLength } from '../../../src-main/contract/domain.ts';
import { isWithinBounds } from '../../../src-main/ipc/payload-bounds.ts';

describe('isWithinBounds', () => {
  it.each([undefined, null, 1, true, 'text', {}, [], { a: { b: ['c'] } }])(
    'lets through what is small: %j',
    (payload) => {
      expect(isWithinBounds(payload)).toBe(true);
    },
  );

  it('lets through a document as long as one may be, with all its parents', () => {
    const parents = Array.from({ length: 100 }, () => crypto.randomUUID());
    const text = 'a'.repeat(maxBodyLength);
    expect(isWithinBounds({ document_body: text, base_version_ids: parents, draft: true })).toBe(
      true,
    );
    expect(isWithinBounds({ document_body: text, name: text })).toBe(false);
  });

  it('refuses many values, wherever they are', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);
    expect(isWithinBounds(new Array(1_001))).toBe(false);
    expect(isWithinBounds(nested(1_001))).toBe(false);
    expect(isWithinBounds(Array.from({ length: 50 }, () => new Array<number>(50).fill(0)))).toBe(
      false,
    );
    expect(
      isWithinBounds(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`k${i}`, i]))),
    ).toBe(false);
  });

  it('counts the length of keys', () => {
    expect(isWithinBounds({ ['k'.repeat(maxBodyLength + 100_001)]: 1 })).toBe(false);
  });

  it('refuses binary data', () => {
    expect(isWithinBounds(new Uint8Array(1))).toBe(false);
    expect(isWithinBounds({ a: new ArrayBuffer(1) })).toBe(false);
  });

  it('comes to an end on a circle', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(isWithinBounds(circle)).toBe(false);
  });
});
