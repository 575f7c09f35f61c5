import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nodeDisk } from '../../../src-main/sync/disk.ts';
import { temporaryDirectory } from '../../fixtures/store/temporary-library.ts';

it('removes large files, and leaves what they are called elsewhere whole', () => {
  const elsewhere = temporaryDirectory();
  const folder = path.join(temporaryDirectory(), 'ours');
  fs.mkdirSync(path.join(folder, 'deep', 'down'), { recursive: true });
  const bytes = Buffer.alloc(20_000_000, 7);
  fs.writeFileSync(path.join(folder, 'deep', 'down', 'large.db'), bytes);
  for (const name of ['linked', 'pointed-at']) fs.writeFileSync(path.join(elsewhere, name), bytes);
  fs.linkSync(path.join(elsewhere, 'linked'), path.join(folder, 'linked'));
  fs.symlinkSync(path.join(elsewhere, 'pointed-at'), path.join(folder, 'pointing'));
  fs.symlinkSync(elsewhere, path.join(folder, 'deep', 'folder'));

  nodeDisk.removeFolder(folder);
  expect(fs.existsSync(folder)).toBe(false);
  for (const name of ['linked', 'pointed-at']) {
    expect(fs.readFileSync(path.join(elsewhere, name)).equals(bytes)).toBe(true);
  }
  expect(() => nodeDisk.removeFolder(folder)).not.toThrow();
});
