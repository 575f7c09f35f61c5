import type { Events } from '../contract/channels.ts';

/** What services broadcast. The menu's and the window's own events are the shell's. */
export type ServiceEvents = Omit<Events, 'menu:command' | 'window:closing' | 'document:wanted'>;
export type ServiceEventName = keyof ServiceEvents;

export interface EventSource {
  /** Listens to a broadcast; the answer stops listening. */
  on<Name extends ServiceEventName>(
    name: Name,
    listener: (payload: ServiceEvents[Name]) => void,
  ): () => void;
}

export interface EventBus extends EventSource {
  emit<Name extends ServiceEventName>(name: Name, payload: ServiceEvents[Name]): void;
}

export function createEventBus(): EventBus {
  type AnyListener = (payload: never) => void;
  const listeners = new Map<ServiceEventName, Set<AnyListener>>();
  return {
    on(name, listener) {
      const known = listeners.get(name) ?? new Set<AnyListener>();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) {
        (listener as (payload: unknown) => void)(payload);
      }
    },
  };
}
