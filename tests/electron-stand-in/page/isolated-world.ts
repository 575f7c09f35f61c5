import type { Argument, BridgeEvents, Shape } from './bridge-events.ts';
import type { Codec } from './codec.ts';
import type { AcceleratorKey, FromPage, PageMessage, ToPage } from './messages.ts';

export interface IsolatedWorldConfiguration {
  readonly secret: string;
  /** The name of the function that takes messages to the main process; only this world has it. */
  readonly binding: string;
  /** The name under which this world takes messages from the main process. */
  readonly receiver: string;
  /** Whether a person sits at the window; closing it then waits for the application's answer. */
  readonly isWindowed: boolean;
  /** What a sandboxed preload sees as `process`. */
  readonly process: { readonly platform: string; readonly arch: string; readonly versions: object };
}

/** A CommonJS module's body. */
type Preload = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  process: object,
) => void;

type Listener = (event: object, ...args: unknown[]) => void;
type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Runs in a page's isolated world, where Electron runs preloads: offers `contextBridge` and
 * `ipcRenderer` and runs the preload. Runs from its own source text, so it uses nothing from
 * outside itself.
 */
export function prepareIsolatedWorld(
  codec: Codec,
  configuration: IsolatedWorldConfiguration,
  preload: Preload | null,
): void {
  if (window !== window.top) return;
  const { secret, binding, receiver } = configuration;
  const world = globalThis as unknown as Record<string, unknown>;
  const toMain = world[binding] as (message: string) => void;
  const post = (message: PageMessage): void =>
    toMain(JSON.stringify({ documentUrl: location.href, ...message } satisfies FromPage));

  const tell = <Name extends keyof BridgeEvents>(name: Name, detail: BridgeEvents[Name]): void => {
    document.dispatchEvent(new CustomEvent(secret + name, { detail: JSON.stringify(detail) }));
  };
  const listen = <Name extends keyof BridgeEvents>(
    name: Name,
    listener: (detail: BridgeEvents[Name]) => void,
  ): void => {
    document.addEventListener(secret + name, (event) => {
      listener(JSON.parse((event as CustomEvent<string>).detail) as BridgeEvents[Name]);
    });
  };

  /** A call of anything that Electron has and the stand-in lacks says so. */
  const loud = <T extends object>(name: string, members: T): T =>
    new Proxy(members, {
      get(target, key, self) {
        if (key in target || typeof key === 'symbol') return Reflect.get(target, key, self);
        throw new Error(`The stand-in for Electron has no ${name}.${key}.`);
      },
    });

  // ipcRenderer
  const replies = new Map<number, PromiseWithResolvers<unknown> & { channel: string }>();
  const listeners = new Map<string, Listener[]>();
  let lastInvoke = 0;
  const ipcRenderer = loud('ipcRenderer', {
    invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      const id = ++lastInvoke;
      const reply = { channel, ...Promise.withResolvers<unknown>() };
      const encoded = codec.encode(args);
      replies.set(id, reply);
      post({ type: 'invoke', id, channel, args: encoded });
      return reply.promise;
    },
    send(channel: string, ...args: unknown[]): void {
      post({ type: 'send', channel, args: codec.encode(args) });
    },
    on(channel: string, listener: Listener): unknown {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off(channel: string, listener: Listener): unknown {
      const remaining = [...(listeners.get(channel) ?? [])];
      const index = remaining.lastIndexOf(listener);
      if (index >= 0) remaining.splice(index, 1);
      listeners.set(channel, remaining);
      return ipcRenderer;
    },
  });

  let accelerators: readonly AcceleratorKey[] = [];
  const receive = (message: ToPage): void => {
    switch (message.type) {
      case 'reply':
        replies.get(message.id)?.resolve(codec.decode(message.value));
        replies.delete(message.id);
        return;
      case 'failure': {
        const reply = replies.get(message.id);
        replies.delete(message.id);
        const text = `Error invoking remote method '${reply?.channel ?? ''}': ${message.message}`;
        reply?.reject(new Error(text));
        return;
      }
      case 'event':
        for (const listener of listeners.get(message.channel) ?? []) {
          listener(
            { sender: ipcRenderer, ports: [] },
            ...(codec.decode(message.args) as unknown[]),
          );
        }
        return;
      case 'accelerators':
        accelerators = message.keys;
    }
  };
  world[receiver] = receive;

  // contextBridge
  const exposed: Record<string, unknown> = {};
  const returnedFunctions: AnyFunction[] = [];

  const shapeOf = (value: unknown): Shape => {
    if (typeof value === 'function') return { kind: 'function' };
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const members = Object.entries(value).map(([key, member]) => [key, shapeOf(member)]);
      return { kind: 'object', members: Object.fromEntries(members) as Record<string, Shape> };
    }
    return { kind: 'value', value: codec.encode(value) };
  };
  const contextBridge = loud('contextBridge', {
    exposeInMainWorld(key: string, api: unknown): void {
      if (key in exposed) {
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      }
      exposed[key] = api;
      tell('expose', { key, shape: shapeOf(api) });
    },
  });

  const find = (target: BridgeEvents['call']['target']): AnyFunction => {
    if ('returned' in target) return returnedFunctions[target.returned]!;
    let owner: unknown;
    let found: unknown = exposed;
    for (const key of target) {
      owner = found;
      found = (found as Record<string, unknown>)[key];
    }
    return (...args) => (found as AnyFunction).apply(owner, args);
  };
  const decodeArgument = (argument: Argument): unknown =>
    'value' in argument
      ? codec.decode(argument.value)
      : (...args: unknown[]) =>
          tell('callback', {
            callback: argument.callback,
            args: args.map((arg) => codec.encode(arg)),
          });
  // Of an error only its message crosses Electron's bridge.
  const messageOf = (error: unknown): string =>
    error instanceof Error ? error.message : String(error);

  listen('call', ({ id, target, args }) => {
    try {
      const outcome = find(target)(...args.map(decodeArgument));
      if (outcome instanceof Promise) {
        tell('returned', { isPromise: true });
        outcome
          .then((value: unknown) => tell('settled', { id, value: codec.encode(value) }))
          .catch((error: unknown) => tell('settled', { id, error: messageOf(error) }));
      } else if (typeof outcome === 'function') {
        tell('returned', { function: returnedFunctions.push(outcome as AnyFunction) - 1 });
      } else {
        tell('returned', { value: codec.encode(outcome) });
      }
    } catch (error) {
      tell('returned', { error: messageOf(error) });
    }
  });
  listen('open', (detail) => post({ type: 'open', ...detail }));

  // A key that the page left alone belongs to the application menu. Whether it was left alone is
  // known when every other listener has had it, so this one goes to the end of the line each time.
  const pressAccelerator = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || !event.isTrusted) return;
    const index = accelerators.findIndex(
      ({ key, ctrl, shift, alt, meta }) =>
        key === event.key.toLowerCase() &&
        ctrl === event.ctrlKey &&
        shift === event.shiftKey &&
        alt === event.altKey &&
        meta === event.metaKey,
    );
    if (index >= 0) post({ type: 'accelerator', index });
    if (index >= 0 || isBrowserKey(event)) event.preventDefault();
  };
  /** Keys for what a browser has around its pages and Electron has not: tabs, printing, reloading. */
  const isBrowserKey = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean => {
    if (!configuration.isWindowed) return false;
    if (ctrlKey || metaKey) return 'defghjklnoprstu'.includes(key.toLowerCase());
    if (altKey) return ['ArrowLeft', 'ArrowRight', 'Home'].includes(key);
    return ['F1', 'F3', 'F5', 'F6', 'F7'].includes(key);
  };
  const goLast = (): void => {
    window.removeEventListener('keydown', pressAccelerator);
    window.addEventListener('keydown', pressAccelerator);
  };
  window.addEventListener('keydown', goLast, { capture: true });

  if (configuration.isWindowed) {
    window.addEventListener('beforeunload', (event) => event.preventDefault());
    window.addEventListener('resize', () => {
      const { screenX: x, screenY: y, outerWidth: width, outerHeight: height } = window;
      post({ type: 'bounds', x, y, width, height });
    });
  }

  if (preload === null) return;
  const electron = loud('electron', { contextBridge, ipcRenderer });
  const preloadProcess = loud('process', {
    ...configuration.process,
    env: {},
    argv: [],
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
  });
  // What a sandboxed preload may require, by Electron's documentation, and this application does.
  const require = (name: string): unknown => {
    if (name === 'electron') return electron;
    throw new Error(`module not found: ${name}`);
  };
  const module = { exports: {} };
  try {
    preload(require, module, module.exports, preloadProcess);
  } catch (error) {
    post({
      type: 'preload-error',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
