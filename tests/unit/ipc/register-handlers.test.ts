import { beforeEach, describe, expect, it, vi } from 'vitest';
import { channels } from '../../../src-main/contract/channels.ts';
import { openLinkChannel } from '../../../src-main/contract/channel-names.ts';
import type { Handlers } from '../../../src-main/ipc/handlers.ts';
import { registerHandlers, registerLinks } from '../../../src-main/ipc/register-handlers.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';

type Listener = (event: unknown, input: unknown) => unknown;
const ipc = vi.hoisted(() => ({
  handled: new Map<string, Listener>(),
  heard: new Map<string, Listener>(),
}));
vi.mock('electron', () => ({
  ipcMain: {
    handle: (name: string, listener: Listener) => ipc.handled.set(name, listener),
    on: (name: string, listener: Listener) => ipc.heard.set(name, listener),
  },
}));

const options = {
  handlers: { 'library:status': () => 'status' } as unknown as Handlers,
  page: { origin: 'app://autodoc', isOwnWindow: (id: number) => id === 1 },
  logger: silentLogger,
};
const event = {
  sender: { id: 1 },
  senderFrame: { url: 'app://autodoc/index.html', parent: null },
};

describe('the registered handlers', () => {
  beforeEach(() => {
    ipc.handled.clear();
    ipc.heard.clear();
  });

  it('are the contract’s channels, no more and no fewer', () => {
    registerHandlers(options);
    expect([...ipc.handled.keys()].toSorted()).toEqual(Object.keys(channels).toSorted());
  });

  it('answer with an envelope', async () => {
    registerHandlers(options);
    expect(await ipc.handled.get('library:status')?.(event, undefined)).toEqual({
      ok: true,
      value: 'status',
    });
  });

  it('open a web link of our own page, and nothing else', () => {
    const open = vi.fn(() => Promise.resolve());
    registerLinks(options, open);
    const click = ipc.heard.get(openLinkChannel);
    click?.(event, 'file:///etc/passwd');
    click?.({ ...event, senderFrame: null }, 'https://example.com/');
    expect(open).not.toHaveBeenCalled();
    click?.(event, 'https://example.com/');
    expect(open).toHaveBeenCalledExactlyOnceWith('https://example.com/');
  });
});
