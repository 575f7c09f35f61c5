import type { EventName, Events } from '../contract/channels.ts';

export type Broadcast = <Name extends EventName>(name: Name, payload: Events[Name]) => void;

interface Listener {
  isDestroyed(): boolean;
  send(channel: string, payload: unknown): void;
}

/** Sends the contract's events to every window there is. */
export function broadcastTo(listeners: () => readonly Listener[]): Broadcast {
  return (name, payload) => {
    for (const listener of listeners()) {
      if (!listener.isDestroyed()) listener.send(name, payload);
    }
  };
}
