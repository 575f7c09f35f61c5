import { EventEmitter } from 'node:events';

/* Makes a forked Node look like Electron's utility process, before its module runs. */

const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown): void => {
    process.send?.(message);
  },
});
// Messages wait for the first listener.
parentPort.once('newListener', () => {
  process.on('message', ({ message }: { readonly message: unknown }) => {
    parentPort.emit('message', { data: message, ports: [] });
  });
});
// A utility process ends with the application.
process.on('disconnect', () => process.exit());

Object.assign(process, { parentPort, type: 'utility' });
