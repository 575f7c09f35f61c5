import type { Argument, BridgeEvents, Shape } from './bridge-events.ts';
import type { Codec } from './codec.ts';

/**
 * Runs in a page's main world before any script of the page: puts on the window what the
 * preload exposes. Runs from its own source text, so it uses nothing from outside itself.
 */
export function prepareMainWorld(codec: Codec, secret: string): void {
  // Electron runs a preload in the main frame only.
  if (window !== window.top) return;

  const callbacks: ((...args: unknown[]) => unknown)[] = [];
  const promises = new Map<number, PromiseWithResolvers<unknown>>();
  let lastCall = 0;
  let returned: BridgeEvents['returned'] | null = null;

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

  const encodeArgument = (argument: unknown): Argument =>
    typeof argument === 'function'
      ? { callback: callbacks.push(argument as () => unknown) - 1 }
      : { value: codec.encode(argument) };

  const call = (target: BridgeEvents['call']['target'], args: readonly unknown[]): unknown => {
    const id = ++lastCall;
    returned = null;
    tell('call', { id, target, args: args.map(encodeArgument) });
    // The isolated world has answered within the dispatch.
    const outcome = returned as BridgeEvents['returned'] | null;
    if (outcome === null) throw new Error('The context bridge gave no answer.');
    if ('error' in outcome) throw new Error(outcome.error);
    if ('isPromise' in outcome) {
      const promise = Promise.withResolvers<unknown>();
      promises.set(id, promise);
      return promise.promise;
    }
    if ('function' in outcome) {
      return (...more: unknown[]) => call({ returned: outcome.function }, more);
    }
    return codec.decode(outcome.value);
  };

  const build = (shape: Shape, path: readonly string[]): unknown => {
    switch (shape.kind) {
      case 'function':
        return (...args: unknown[]) => call(path, args);
      case 'object':
        return Object.freeze(
          Object.fromEntries(
            Object.entries(shape.members).map(([key, member]) => [
              key,
              build(member, [...path, key]),
            ]),
          ),
        );
      case 'value':
        return codec.decode(shape.value);
    }
  };

  listen('expose', ({ key, shape }) => {
    Object.defineProperty(window, key, { value: build(shape, [key]), enumerable: true });
  });
  listen('returned', (outcome) => {
    returned = outcome;
  });
  listen('settled', (outcome) => {
    const promise = promises.get(outcome.id);
    promises.delete(outcome.id);
    if ('error' in outcome) promise?.reject(new Error(outcome.error));
    else promise?.resolve(codec.decode(outcome.value));
  });
  listen('callback', ({ callback, args }) => {
    callbacks[callback]?.(...args.map((text) => codec.decode(text)));
  });

  // Electron asks the application before a window opens and answers null when it says no. The
  // question cannot be put synchronously here, so a script never gets a window to hold.
  window.open = (url = '', frameName = '', features = '') => {
    tell('open', { url: new URL(url, location.href).href, frameName, features });
    return null;
  };
}
