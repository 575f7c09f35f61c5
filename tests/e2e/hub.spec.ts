import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Download } from '../../src-main/contract/channels.ts';
import { filesIn, startMisbehavingHub } from '../fixtures/misbehaving-hub.ts';
import { findExecutable } from './executable.ts';
import { expect, loadedWindow, test } from './fixture.ts';

/* A private model, by the window's own way to it: bridge, services, keychain, engine. */

const token = 'hf_nobody_else';
const smallest = path.join(import.meta.dirname, '../fixtures/reference/smallest');

test('a private model is fetched with a kept token', async ({ launch, userData }) => {
  const hub = await startMisbehavingHub();
  try {
    hub.publish('ada/lawn', filesIn(smallest));
    hub.token = token;
    const app = await launch({
      args: ['--password-store=gnome-libsecret'],
      env: { HF_ENDPOINT: hub.url },
    });
    const window = await loadedWindow(app);

    const status = await window.evaluate(
      (secret) => globalThis.window.autodoc.invoke('hub:set-token', { token: secret }),
      token,
    );
    expect(status).toMatchObject({ ok: true, value: { endpoint: hub.url, has_token: true } });
    // A machine without a desktop has no keychain; the stand-in always has one.
    const canKeep = status.ok && status.value.can_keep_token;
    if (findExecutable().isStandIn) expect(canKeep).toBe(true);
    if (canKeep) {
      const kept = await readFile(path.join(userData, 'hub-token'), 'latin1');
      expect(kept).not.toContain(token);
    }

    const last = await window.evaluate(
      () =>
        new Promise<Download>((resolve) => {
          globalThis.window.autodoc.on('download:changed', (download) => {
            if (download.state === 'done' || download.state === 'failed') resolve(download);
          });
          void globalThis.window.autodoc.invoke('downloads:start', {
            repository: 'ada/lawn',
            revision: null,
            name: null,
          });
        }),
    );
    expect(last).toMatchObject({ repository: 'ada/lawn', name: 'lawn', state: 'done' });
    const shown = await window.evaluate(() =>
      globalThis.window.autodoc.invoke('models:show', { name: 'lawn' }),
    );
    expect(shown).toMatchObject({ ok: true, value: { name: 'lawn' } });
  } finally {
    await hub.close();
  }
});

test('without a keychain no token is written down', async ({ launch, userData }) => {
  test.skip(process.platform !== 'linux', 'Only Linux may lack a keychain.');
  const app = await launch({ args: ['--password-store=basic'] });
  const window = await loadedWindow(app);
  const status = await window.evaluate(
    (secret) => globalThis.window.autodoc.invoke('hub:set-token', { token: secret }),
    token,
  );
  expect(status).toMatchObject({ ok: true, value: { has_token: true, can_keep_token: false } });
  await expect(readFile(path.join(userData, 'hub-token'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
