import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { Bridge } from './contract/bridge.ts';
import { channelNames, eventNames, openLinkChannel } from './contract/channel-names.ts';

/*
 * The only code that sees both the page and Electron. It puts the contract's channels on
 * `window.autodoc` and nothing else: a name that is not in the contract gets no further.
 */

const invocable: ReadonlySet<string> = new Set(channelNames);
const audible: ReadonlySet<string> = new Set(eventNames);

const bridge: Bridge = {
  platform: process.platform,
  invoke(name, input) {
    if (!invocable.has(name)) throw new TypeError(`No such channel: ${name}`);
    return ipcRenderer.invoke(name, input) as Promise<never>;
  },
  on(name, listener) {
    if (!audible.has(name)) throw new TypeError(`No such event: ${name}`);
    const forward = (_event: IpcRendererEvent, payload: Parameters<typeof listener>[0]) => {
      listener(payload);
    };
    ipcRenderer.on(name, forward);
    return () => {
      ipcRenderer.off(name, forward);
    };
  },
};

contextBridge.exposeInMainWorld('autodoc', bridge);

/**
 * A link to the web opens in the system's browser when a person clicks it, and only then:
 * a script can neither forge a trusted event nor reach this channel.
 */
document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target.closest('a') : null;
  if (target?.protocol !== 'https:') return;
  event.preventDefault();
  if (event.isTrusted) ipcRenderer.send(openLinkChannel, target.href);
});
