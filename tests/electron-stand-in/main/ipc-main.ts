import type { IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { EventEmitter } from 'node:events';
import { loud } from '../loud.ts';

type InvokeHandler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;
type SendListener = (event: IpcMainEvent, ...args: unknown[]) => void;

const handlers = new Map<string, InvokeHandler>();
const sends = new EventEmitter();

export const ipcMain = loud('ipcMain', {
  handle(channel: string, handler: InvokeHandler): void {
    if (handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    handlers.set(channel, handler);
  },
  removeHandler(channel: string): void {
    handlers.delete(channel);
  },
  on(channel: string, listener: SendListener): void {
    sends.on(channel, listener);
  },
  off(channel: string, listener: SendListener): void {
    sends.off(channel, listener);
  },
});

/** Runs the handler of an invoked channel, whose answer may be a promise. */
export function handleInvoke(channel: string, event: object, args: readonly unknown[]): unknown {
  const handler = handlers.get(channel);
  if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
  return handler(event as IpcMainInvokeEvent, ...args);
}

/** Tells the listeners of a channel. */
export function handleSend(channel: string, event: object, args: readonly unknown[]): void {
  sends.emit(channel, event, ...args);
}
