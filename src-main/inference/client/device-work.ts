import { AppError } from '../../contract/errors.ts';
import { onCpu, placeWork, type Placement } from './device-choice.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { EngineChoice, GenerateResult } from './types.ts';

/** What the engine is told of where to run. */
interface EnginePlace extends Pick<Placement, 'device' | 'variant' | 'form'> {
  readonly directory: string;
  readonly isDeviceRequired: boolean;
}

type Request<Value> = (place: EnginePlace) => Promise<Value>;

/**
 * Sends work to where it is to run, and once more to the processor where a device took the
 * engine's whole process along.
 */
export class PlacedWork {
  readonly #registry: DeviceRegistry;
  readonly #onFallBack: (reason: string) => void;

  /** @param onFallBack told, for people, why something runs or ended elsewhere */
  constructor(registry: DeviceRegistry, onFallBack: (reason: string) => void) {
    this.#registry = registry;
    this.#onFallBack = onFallBack;
  }

  /** A draft, which tells where it ended. */
  async generate(
    choice: EngineChoice,
    request: Request<GenerateResult>,
    signal?: AbortSignal,
  ): Promise<GenerateResult> {
    const { value, placement } = await this.#send(choice, request, signal);
    if (value.fallBack !== null) await this.#lose(placement, value.fallBack);
    return { ...value, fallBack: value.fallBack ?? placement.fallBack };
  }

  /** Anything else. */
  async run<Value>(
    choice: EngineChoice,
    request: Request<Value>,
    signal?: AbortSignal,
  ): Promise<Value> {
    return (await this.#send(choice, request, signal)).value;
  }

  async #send<Value>(
    choice: EngineChoice,
    request: Request<Value>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly value: Value; readonly placement: Placement }> {
    const placement = await placeWork(choice, this.#registry, signal);
    if (placement.fallBack !== null) this.#onFallBack(placement.fallBack);
    try {
      return { value: await request(enginePlace(choice, placement)), placement };
    } catch (error) {
      const isLost =
        placement.device !== 'cpu' && error instanceof AppError && error.code === 'engine_crashed';
      if (!isLost) throw error;
      const reason =
        `Began again on the processor, because the engine stopped while it drafted on ` +
        `${placement.device} (${String(error.details.reason)}).`;
      await this.#lose(placement, reason);
      const onProcessor = onCpu(choice, reason);
      return { value: await request(enginePlace(choice, onProcessor)), placement: onProcessor };
    }
  }

  async #lose({ device }: Placement, reason: string): Promise<void> {
    if (device !== 'cpu') await this.#registry.lost(device, reason);
    this.#onFallBack(reason);
  }
}

function enginePlace(
  { model, isDeviceRequired = false }: EngineChoice,
  { device, variant, form }: Placement,
): EnginePlace {
  return { directory: model.directory, device, variant, form, isDeviceRequired };
}
