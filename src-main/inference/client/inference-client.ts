import type { Logger } from '../../logging/logger.ts';
import type { StartEngineProcess } from '../host/process-host.ts';
import type { CrashLimit } from './crash-limit.ts';
import { EngineConnection, type ModelState } from './engine-connection.ts';
import { JobQueue } from './job-queue.ts';
import type { EngineChoice, EngineClientEvent, InferenceClient } from './types.ts';

export interface InferenceClientOptions {
  readonly startProcess: StartEngineProcess;
  readonly logger: Logger;
  readonly crashLimit?: CrashLimit;
}

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
          engine.request(
            'generate',
            {
              ...chosen(request),
              promptTokenIds: [...request.promptTokenIds],
              parameters: { ...request.parameters },
            },
            { onProgress, signal, onModel: tellAbout(request.model.card.name) },
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
          engine.request(
            'score',
            { ...chosen(choice), tokenIds: [...tokenIds], alternatives },
            { signal, onModel: tellAbout(choice.model.card.name) },
          ),
        signal,
      ),

    devices: () => engine.request('devices', {}),

    probeDevices: () => engine.request('devices', {}),

    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    dispose: () => engine.close(),
  };
}

/** The automatic variant is the one on the card. */
function chosen({ model, device, variant }: EngineChoice) {
  return {
    directory: model.directory,
    device,
    variant: variant === 'auto' ? model.card.default_variant : variant,
  };
}
