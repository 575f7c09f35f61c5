import { describe, expect, it, vi } from 'vitest';
import { channelNames } from '../../../src-main/contract/channel-names.ts';
import { broadcastTo } from '../../../src-main/ipc/broadcast.ts';
import { forwardEvents } from '../../../src-main/ipc/forward-events.ts';
import type { Handlers } from '../../../src-main/ipc/handlers.ts';
import { serviceHandlers, type ShellHandlers } from '../../../src-main/ipc/service-handlers.ts';
import { createEventBus } from '../../../src-main/services/event-bus.ts';
import type { Services } from '../../../src-main/services/services.ts';

const shell: ShellHandlers = {
  'models:choose-folder': () => 'chosen',
  'folders:show': () => null,
  'window:ready-to-close': () => null,
  'window:hold-open': () => null,
  'audit:export': () => '/audit.csv',
  'exchange:export': () => null,
  'exchange:import': () => null,
  'exchange:choose-prompts': () => null,
  'exchange:export-drafts': () => null,
  'team:create': () => null,
  'team:choose-file': () => null,
  'team:move': () => null,
};
const shellNames = Object.keys(shell);

/** Services whose every call answers its own name, who asked, and what was asked. */
function echoingServices(): Services {
  const room = (noun: string) =>
    new Proxy(
      {},
      {
        get: (_target, verb) => (principal: unknown, payload: unknown) =>
          [`${noun}:${String(verb)}`, principal, payload] as const,
      },
    );
  let asked = 0;
  return new Proxy(
    {},
    {
      get: (_target, noun) =>
        noun === 'principal' ? () => `owner ${++asked}` : room(String(noun)),
    },
  ) as Services;
}

describe('the handlers', () => {
  const handlers = serviceHandlers(echoingServices(), shell);
  const call = (name: keyof Handlers, payload: unknown) =>
    (handlers[name] as (payload: unknown) => unknown)(payload);

  it('are one for each channel of the contract', () => {
    expect(Object.keys(handlers).toSorted()).toEqual([...channelNames].toSorted());
  });

  it.each(channelNames.filter((name) => !shellNames.includes(name)))(
    'ask the service of the same name: %s',
    (name) => {
      const payload = { of: name };
      expect(call(name, payload)).toEqual([name, expect.stringMatching(/^owner \d+$/), payload]);
    },
  );

  it('ask who sits there at every call', () => {
    const [, first] = call('library:status', undefined) as unknown[];
    const [, second] = call('library:status', undefined) as unknown[];
    expect(first).not.toBe(second);
  });

  it('leave dialogs and windows to the shell', () => {
    for (const name of shellNames)
      expect(handlers[name as keyof Handlers]).toBe(shell[name as keyof ShellHandlers]);
  });
});

describe('forwardEvents', () => {
  it('passes on what services broadcast', () => {
    const events = createEventBus();
    const send = vi.fn();
    let isSignedIn = true;
    forwardEvents(
      events,
      broadcastTo(() => [{ isDestroyed: () => false, send }]),
      () => isSignedIn,
    );
    events.emit('store:changed', { documents: ['a'], everything: false });
    events.emit('models:changed', null);
    expect(send.mock.calls).toEqual([
      ['store:changed', { documents: ['a'], everything: false }],
      ['models:changed', null],
    ]);
    // To a window that nobody is signed in to, nothing of documents and drafts.
    isSignedIn = false;
    events.emit('store:changed', { documents: ['a'], everything: false });
    events.emit('models:changed', null);
    expect(send).toHaveBeenCalledTimes(3);
  });
});
