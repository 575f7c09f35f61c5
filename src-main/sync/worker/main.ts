import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { serveSharing } from './serve.ts';

// The sharing thread: long copies and imports happen here, so that the main process never waits
// for a file. A crash here is the client's to report.
if (parentPort === null) throw new Error('The sharing thread is started by Autodoc, not by hand');
const port = parentPort;

const timingSchema = v.object({
  pollMs: v.optional(v.number()),
  eventMs: v.optional(v.number()),
  publishMs: v.optional(v.number()),
});

const { pollMs, eventMs, publishMs } = v.parse(timingSchema, workerData ?? {});
serveSharing(
  {
    send: (response) => port.postMessage(response),
    onMessage: (listener) => void port.on('message', listener),
  },
  {
    ...(pollMs !== undefined && { pollMs }),
    ...(eventMs !== undefined && { eventMs }),
    ...(publishMs !== undefined && { publishMs }),
  },
);
