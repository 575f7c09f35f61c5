import type { EngineStatus } from '../../contract/channels.ts';
import type { InferenceClient } from '../../inference/client/types.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';

type Shown = Omit<EngineStatus, 'queue_length'>;

/** What the status bar says of the engine, kept up to date and broadcast. */
export interface EngineBoard {
  status(): EngineStatus;
  show(change: Partial<Shown>): void;
}

export interface EngineBoardOptions {
  readonly client: InferenceClient;
  readonly library: LibraryHandle;
  readonly events: EventBus;
}

export function createEngineBoard({ client, library, events }: EngineBoardOptions): EngineBoard {
  let shown: Shown = {
    state: 'idle',
    model_name: null,
    device: null,
    variant: null,
    tokens_per_second: null,
    message: null,
  };
  /** What the engine goes back to once it is ready: it may load in the middle of a draft. */
  let resting: 'idle' | 'drafting' = 'idle';

  const status = (): EngineStatus => ({
    ...shown,
    queue_length: library.opened()?.autodocs.queueLength() ?? 0,
  });

  function show(change: Partial<Shown>): void {
    if (change.state !== undefined) resting = change.state === 'drafting' ? 'drafting' : 'idle';
    paint(change);
  }

  function paint(change: Partial<Shown>): void {
    shown = { ...shown, ...change };
    events.emit('engine:changed', status());
  }

  client.onEvent((event) => {
    switch (event.type) {
      case 'loading':
        paint({ state: 'loading', model_name: event.modelName });
        break;
      case 'ready':
        paint({
          state: resting,
          model_name: event.modelName,
          device: event.device,
          variant: event.variant,
        });
        break;
      case 'devices':
        events.emit('devices:changed', event.devices);
        break;
      case 'fell_back':
        paint({ message: event.reason });
        break;
      case 'restarting':
        paint({ state: 'restarting', message: event.reason });
        break;
    }
  });

  return { status, show };
}
