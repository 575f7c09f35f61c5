import { eventNames } from '../contract/channel-names.ts';
import type { EventSource, ServiceEventName } from '../services/event-bus.ts';
import type { Broadcast } from './broadcast.ts';

/** The menu's and the window's own events come from the shell; all others from services. */
const serviceEventNames = eventNames.filter(
  (name): name is ServiceEventName => name !== 'menu:command' && name !== 'window:closing',
);

/** Passes on to the window whatever the services broadcast. */
export function forwardEvents(events: EventSource, broadcast: Broadcast): void {
  for (const name of serviceEventNames) {
    events.on(name, (payload) => {
      broadcast(name, payload as never);
    });
  }
}
