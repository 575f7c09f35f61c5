import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveRendererFile } from '../../../src-main/app/renderer-files.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

/** Pieces that have led out of a folder somewhere, and plain ones. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['..', '.', '...', '', '%2e%2e', '%2E.', '.%2e', '%252e%252e', '..;', '~'],
    ...['/', '//', '\\', '%2f', '%2F', '%5c', '%5C', '%252f', '%00', '%c0%ae', '%ff', '%'],
    ...['C:', 'c%3a', 'etc', 'passwd', 'index.html', 'main.js', '.js', '\u202e', '．．'],
  ),
  fc.string({ maxLength: 5 }),
);
const pathname = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const spelled = fc.oneof(
  pathname,
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('/')),
);

describe('resolveRendererFile', () => {
  it('never leaves its folder, however a path is spelled', () => {
    const root = path.resolve('/srv/app/window');
    let resolved = 0;
    fc.assert(
      fc.property(spelled, (name) => {
        const url = URL.parse(`app://autodoc/${name}`);
        const file = url === null ? null : resolveRendererFile(root, url);
        if (file === null) return;
        resolved++;
        expect(path.resolve(file)).toBe(file);
        expect(file.startsWith(root + path.sep)).toBe(true);
        expect(file.slice(root.length).split(path.sep)).not.toContain('..');
        expect(file).not.toMatch(/[\0\\]/);
      }),
      { numRuns: largeCount(20_000), seed: testSeed() },
    );
    // The property would hold of a function that refuses everything.
    expect(resolved).toBeGreaterThan(0);
  });
});
