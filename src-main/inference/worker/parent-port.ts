/** The engine's line to the process that started it. */
export interface ParentPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** What Electron adds to `process` in a utility process. */
interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** The line of whichever host started this process. */
export function openParentPort(): ParentPort {
  const { parentPort } = process as { parentPort?: ElectronParentPort | null };
  if (parentPort !== undefined && parentPort !== null) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    };
  }
  if (process.send === undefined) {
    throw new Error('The engine is started by Autodoc, not by hand');
  }
  // A forked engine must not outlive the one who asked it.
  process.once('disconnect', () => process.exit());
  return {
    send(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => void process.on('message', listener),
  };
}
