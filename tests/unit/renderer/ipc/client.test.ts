import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../src-main/contract/errors.ts';
import { call, isMac, listen } from '../../../../src-renderer/ipc/client.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge({ platform: 'darwin' });
});

describe('the client', () => {
  it('answers the value', async () => {
    expect((await call('library:status')).app_version).toBe('0.1.0');
  });

  it('throws the error again with its type, code and words', async () => {
    bridge.fail('library:status', 'store_newer', 'A newer Autodoc wrote this library.');
    const thrown = await call('library:status').catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({
      code: 'store_newer',
      message: 'A newer Autodoc wrote this library.',
    });
  });

  it('listens until it is told to stop', () => {
    const heard: unknown[] = [];
    const stop = listen('menu:command', (event) => heard.push(event.command));
    bridge.emit('menu:command', { command: 'document:new' });
    stop();
    bridge.emit('menu:command', { command: 'document:save' });
    expect(heard).toEqual(['document:new']);
  });

  it('knows a Mac', () => {
    expect(isMac()).toBe(true);
    installFakeBridge({ platform: 'linux' });
    expect(isMac()).toBe(false);
  });
});
