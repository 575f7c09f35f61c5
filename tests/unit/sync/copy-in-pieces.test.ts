import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyInPieces } from '../../../src-main/sync/copy-in-pieces.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe.each([[false], [true]])('a copy, flushed: %s', (isFlushed) => {
  it.each([[0], [1], [1_048_576], [40_000_000]])('of %i bytes is the same', async (length) => {
    const folder = await temporaryFolder();
    const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
    const bytes = randomBytes(length);
    fs.writeFileSync(from, bytes, { mode: 0o600 });
    copyInPieces(from, to, isFlushed);
    expect(fs.readFileSync(to).equals(bytes)).toBe(true);
    expect(fs.statSync(to).mode & 0o777).toBe(fs.statSync(from).mode & 0o777);
  });

  it('takes the place of nothing', async () => {
    const folder = await temporaryFolder();
    const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
    fs.writeFileSync(from, 'new');
    fs.writeFileSync(to, 'old');
    expect(() => copyInPieces(from, to, isFlushed)).toThrow('EEXIST');
    expect(fs.readFileSync(to, 'utf8')).toBe('old');
  });

  it('that fails leaves nothing', async () => {
    const folder = await temporaryFolder();
    const to = path.join(folder, 'to');
    expect(() => copyInPieces(path.join(folder, 'none'), to, isFlushed)).toThrow('ENOENT');
    expect(() => copyInPieces(folder, to, isFlushed)).toThrow();
    expect(fs.existsSync(to)).toBe(false);
  });
});
