import { setTimeout as delay } from 'node:timers/promises';
import { toErrorEnvelope } from '../contract/errors.ts';
import type { InferenceClient } from '../inference/client/types.ts';
import type { Logger } from '../logging/logger.ts';
import { authorize, theLibrary } from '../access/authorize.ts';
import type { DevicesRoom } from './services.ts';

export interface DevicesServiceOptions {
  readonly client: InferenceClient;
  readonly logger: Logger;
}

/** The room, and what it does by itself. */
export interface DevicesService {
  readonly room: DevicesRoom;
  /** Tries devices that nobody has tried on this machine, once the start has settled down. */
  start(): void;
  stop(): void;
}

/** A window's first draft has the machine for itself. */
const settledAfterMs = 30_000;

export function createDevicesService({ client, logger }: DevicesServiceOptions): DevicesService {
  let stopped: AbortController | null = null;

  async function tryUntried(signal: AbortSignal): Promise<void> {
    await delay(settledAfterMs, null, { signal, ref: false });
    const reports = await client.devices();
    if (reports.some(({ state }) => state === 'unprobed')) await client.probeDevices(signal);
  }

  return {
    room: {
      list(principal) {
        authorize(principal, 'model:read', theLibrary);
        return client.devices();
      },
      async probe(principal, _payload, signal) {
        authorize(principal, 'model:manage', theLibrary);
        await client.probeDevices(signal);
        return null;
      },
    },
    start() {
      if (stopped !== null) return;
      const abort = new AbortController();
      stopped = abort;
      tryUntried(abort.signal).catch((error: unknown) => {
        if (abort.signal.aborted) return;
        logger.warn('the devices could not be tried', { code: toErrorEnvelope(error).code });
      });
    },
    stop() {
      stopped?.abort();
      stopped = null;
    },
  };
}
