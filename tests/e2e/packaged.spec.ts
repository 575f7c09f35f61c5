import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findExecutable, isPackaged } from './executable.ts';
import { expect, test } from './fixture.ts';
import { extractedPackage } from './packaged.ts';
import { Writer } from './writer.ts';

/* What lies in a package is enough for the main job. `run.ts --packaged` runs everything on it. */

test.skip(
  isPackaged || !findExecutable().isStandIn,
  'other runs cover it, and Electron runs no extracted archive',
);

test('a package drafts with the model that it brings', async ({ launch }) => {
  // Outside the project, whose own node_modules would hide what the package lacks.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'autodoc-package-'));
  try {
    const app = await launch({ packagedApp: extractedPackage(folder) });
    const writer = await Writer.at(app);
    await writer.startAlone();
    await writer.write('Lawn', 'How do I mow my lawn? I');
    await writer.save();
    await writer.drafted();
    const { models_path: models } = await writer.ask('library:status');
    expect(models.startsWith(folder)).toBe(false);
    expect(await app.evaluate(({ app: it }) => it.isPackaged)).toBe(true);
    await app.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
