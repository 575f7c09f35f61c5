import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../../../src-main/contract/bridge.ts';
import { channels } from '../../../src-main/contract/channels.ts';
import { eventNames, openLinkChannel } from '../../../src-main/contract/channel-names.ts';

const electron = vi.hoisted(() => {
  const exposed = new Map<string, unknown>();
  return {
    exposed,
    contextBridge: {
      exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value),
    },
    ipcRenderer: { invoke: vi.fn(), send: vi.fn(), on: vi.fn(), off: vi.fn() },
  };
});
vi.mock('electron', () => electron);
const { exposed, ipcRenderer } = electron;

/** The little that the preload needs of a page. */
class FakeElement {
  readonly link: { protocol: string; href: string } | null;
  constructor(href?: string) {
    this.link = href === undefined ? null : { protocol: new URL(href).protocol, href };
  }
  closest() {
    return this.link;
  }
}
const clicked: ((event: unknown) => void)[] = [];

let bridge: Bridge;
beforeAll(async () => {
  vi.stubGlobal('Element', FakeElement);
  vi.stubGlobal('document', {
    addEventListener: (name: string, listener: (event: unknown) => void) => {
      if (name === 'click') clicked.push(listener);
    },
  });
  // By a variable: the preload is compiled with the page's types, these tests with Node's.
  const preload = '../../../src-main/preload.ts';
  await import(/* @vite-ignore */ preload);
  bridge = exposed.get('autodoc') as Bridge;
});
beforeEach(() => {
  vi.clearAllMocks();
});

describe('the bridge', () => {
  it('is one name with three members', () => {
    expect([...exposed.keys()]).toEqual(['autodoc']);
    expect(Object.keys(bridge).toSorted()).toEqual(['invoke', 'on', 'platform']);
  });

  it('invokes every channel of the contract', async () => {
    for (const name of Object.keys(channels) as (keyof typeof channels)[]) {
      ipcRenderer.invoke.mockResolvedValueOnce(name);
      expect(await bridge.invoke(name, undefined as never)).toBe(name);
      expect(ipcRenderer.invoke).toHaveBeenLastCalledWith(name, undefined);
    }
  });

  it.each(['secret', openLinkChannel, 'constructor', '__proto__', ''])(
    'has nothing to do with a name that is not in the contract: %j',
    (name) => {
      expect(() => bridge.invoke(name as never, undefined as never)).toThrow('No such channel');
      expect(() => bridge.on(name as never, () => undefined)).toThrow('No such event');
      expect(ipcRenderer.invoke).not.toHaveBeenCalled();
      expect(ipcRenderer.on).not.toHaveBeenCalled();
    },
  );

  it.each(eventNames)('hears %s without Electron’s event, until it stops listening', (name) => {
    const listener = vi.fn();
    const stop = bridge.on(name, listener);
    const [heardName, forward] = ipcRenderer.on.mock.calls[0] as [
      string,
      (...a: unknown[]) => void,
    ];
    expect(heardName).toBe(name);
    forward({ sender: 'electron' }, 'payload');
    expect(listener).toHaveBeenCalledExactlyOnceWith('payload');
    stop();
    expect(ipcRenderer.off).toHaveBeenCalledExactlyOnceWith(name, forward);
  });
});

describe('a click', () => {
  function click(target: unknown, isTrusted: boolean) {
    const event = { target, isTrusted, preventDefault: vi.fn() };
    for (const listener of clicked) listener(event);
    return event;
  }
  const link = 'https://huggingface.co/gpt2';

  it('on a link to the web opens it outside', () => {
    expect(click(new FakeElement(link), true).preventDefault).toHaveBeenCalledOnce();
    expect(ipcRenderer.send).toHaveBeenCalledExactlyOnceWith(openLinkChannel, link);
  });

  it('that a script made opens nothing', () => {
    expect(click(new FakeElement(link), false).preventDefault).toHaveBeenCalledOnce();
    expect(ipcRenderer.send).not.toHaveBeenCalled();
  });

  it('on anything else is the page’s own affair', () => {
    for (const target of [new FakeElement(), new FakeElement('app://autodoc/x'), null]) {
      expect(click(target, true).preventDefault).not.toHaveBeenCalled();
    }
    expect(ipcRenderer.send).not.toHaveBeenCalled();
  });
});
