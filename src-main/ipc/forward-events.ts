import { eventNames } from '../contract/channel-names.ts';
import type { EventSource, ServiceEventName } from '../services/event-bus.ts';
import type { Broadcast } from './broadcast.ts';

/** The menu's and the window's own events come from the shell; all others from services. */
const serviceEventNames = eventNames.filter(
  (name): name is ServiceEventName =>
    name !== 'menu:command' && name !== 'window:closing' && name !== 'document:wanted',
);

/** What tells of documents and drafts: nothing for a window that nobody is signed in to. */
const ofTheLibrary: ReadonlySet<ServiceEventName> = new Set([
  'store:changed',
  'draft:progress',
  'autodoc:changed',
  'engine:changed',
  'job:changed',
  'notices:changed',
]);

/** Passes on to the window whatever the services broadcast and whoever sits there may hear. */
export function forwardEvents(
  events: EventSource,
  broadcast: Broadcast,
  isSignedIn: () => boolean,
): void {
  for (const name of serviceEventNames) {
    events.on(name, (payload) => {
      if (ofTheLibrary.has(name) && !isSignedIn()) return;
      broadcast(name, payload as never);
    });
  }
}
