import type { Logger } from '../../logging/logger.ts';
import type { StartEngineProcess } from '../host/process-host.ts';
import type { CrashLimit } from './crash-limit.ts';
import { DeviceRegistry } from './device-registry.ts';
import { tryDevice } from './device-trial.ts';
import { PlacedWork } from './device-work.ts';
import { EngineConnection, type ModelState } from './engine-connection.ts';
import { JobQueue } from './job-queue.ts';
import type { EngineClientEvent, InferenceClient } from './types.ts';

export interface InferenceClientOptions {
  readonly startProcess: StartEngineProcess;
  readonly logger: Logger;
  readonly crashLimit?: CrashLimit;
  /** Where what is found of the devices is kept from start to start; not at all by default. */
  readonly devicesFile?: string;
  /** How long a device is tried before it counts as hung. */
  readonly probeTimeoutMs?: number;
}

/** The first time, drivers compile what later comes out of their caches. */
const defaultProbeTimeoutMs = 120_000;

/**
 * The engine, from outside. Drafts, scores and imports need the whole engine and run one at a
 * time, in the order they were asked for; small questions are answered between their steps.
 */
export function createInferenceClient(options: InferenceClientOptions): InferenceClient {
  const logger = options.logger.scope('engine');
  const listeners = new Set<(event: EngineClientEvent) => void>();
  const emit = (event: EngineClientEvent) => {
    for (const listener of listeners) listener(event);
  };
  const engine = new EngineConnection({
    ...options,
    logger,
    onCrash: (reason) => emit({ type: 'restarting', reason }),
  });
  const jobs = new JobQueue();
  const closing = new AbortController();
  const registry = new DeviceRegistry({
    file: options.devicesFile ?? null,
    logger,
    onChange: (reports) => emit({ type: 'devices', devices: reports }),
    tryDevice: (device, signal) =>
      tryDevice(
        device,
        {
          startProcess: options.startProcess,
          logger: options.logger.scope('probe'),
          timeoutMs: options.probeTimeoutMs ?? defaultProbeTimeoutMs,
        },
        signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]),
      ),
  });
  const placed = new PlacedWork(registry, (reason) => emit({ type: 'fell_back', reason }));

  const tellAbout =
    (modelName: string) =>
    (state: ModelState): void =>
      emit({ ...state, modelName });

  return {
    prepareModel: ({ variants, ...request }, { onProgress, signal } = {}) =>
      jobs.add(
        () =>
          engine.request(
            'prepareModel',
            variants === undefined ? request : { ...request, variants: [...variants] },
            { onProgress, signal },
          ),
        signal,
      ),

    measureModel: ({ model, text, documents }, { onProgress, signal } = {}) =>
      jobs.add(
        () =>
          engine.request(
            'measureModel',
            { directory: model.directory, text, documents: [...documents] },
            { onProgress, signal },
          ),
        signal,
      ),

    generate: (request, { onProgress, signal } = {}) =>
      jobs.add(
        () =>
          placed.generate(
            request,
            (place) =>
              engine.request(
                'generate',
                {
                  ...place,
                  promptTokenIds: [...request.promptTokenIds],
                  readsOnlyChanges: request.readsOnlyChanges ?? false,
                  parameters: { ...request.parameters },
                  bannedWords: request.bannedWords ?? [],
                },
                { onProgress, signal, onModel: tellAbout(request.model.card.name) },
              ),
            signal,
          ),
        signal,
      ),

    tokenize: ({ directory }, text) => engine.request('tokenize', { directory, text }),

    detokenize: ({ directory }, tokenIds) =>
      engine.request('detokenize', { directory, tokenIds: [...tokenIds] }),

    tokenTexts: ({ directory }, tokenIds) =>
      engine.request('tokenTexts', { directory, tokenIds: [...tokenIds] }),

    score: (choice, tokenIds, { alternatives = 0, signal } = {}) =>
      jobs.add(
        () =>
          placed.run(
            choice,
            (place) =>
              engine.request(
                'score',
                { ...place, tokenIds: [...tokenIds], alternatives },
                { signal, onModel: tellAbout(choice.model.card.name) },
              ),
            signal,
          ),
        signal,
      ),

    devices: () => registry.reports(),

    probeDevices: (signal) => registry.probeAll(signal),

    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async dispose() {
      closing.abort();
      await engine.close();
    },
  };
}
