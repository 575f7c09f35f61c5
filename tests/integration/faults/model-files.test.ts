import { open, readdir, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';
import {
  answersQuestions,
  openRealApplication,
  queueDraft,
  type RealApplication,
} from './real-application.ts';

/** Spoils a file in place, as a failing disk or a careless hand would. */
const spoilers: readonly (readonly [string, (file: string) => Promise<void>])[] = [
  ['removed', (file) => rm(file)],
  ['cut short', async (file) => truncate(file, Math.floor((await stat(file)).size / 2))],
  ['emptied', (file) => truncate(file, 0)],
  ['changed', overwriteMiddle],
];

async function overwriteMiddle(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(Math.min(64, size), 0xa5), 0, undefined, Math.floor(size / 2));
  await handle.close();
}

async function draftOnce(application: RealApplication): Promise<AutodocWithDocument> {
  const { services, owner, endings } = application;
  const id = await queueDraft(application);
  const draft = await services.drafting.ended(owner, id);
  await answersQuestions(application);
  expect(endings.get(id)).toEqual([draft.autodoc_state]);
  return draft;
}

it.each(spoilers)('a model file %s under a running engine: no draft is lost', async (_, spoil) => {
  const application = await openRealApplication();
  const { services, owner, modelsDirectory, engines } = application;
  services.start();
  expect((await draftOnce(application)).autodoc_state).toBe('done');

  const directory = path.join(modelsDirectory, 'starter');
  for (const name of (await readdir(directory)).filter((file) => /\.(onnx|data)$/.test(file))) {
    await spoil(path.join(directory, name));
  }
  // What is in memory may serve on; what is read anew is refused by name. Never anything else.
  const during = await draftOnce(application);
  if (during.autodoc_state !== 'done') {
    expect(during.failure).toMatch(/The model "starter" is damaged|stopped unexpectedly/);
  }
  // With a fresh engine the damage is seen for certain, and the bundled model made anew at a start.
  const gone = new Promise<void>((resolve) => engines.at(-1)!.onExit(() => resolve()));
  engines.at(-1)!.kill();
  await gone;
  const after = await draftOnce(application);
  expect(after).toMatchObject({
    autodoc_state: 'failed',
    failure: expect.stringContaining('The model "starter" is damaged') as string,
  });
  expect(await services.models.list(owner, undefined)).toBeDefined();
});
