import { cpus, hostname, release } from 'node:os';
import onnxruntime from 'onnxruntime-node/package.json' with { type: 'json' };
import { devices, type Device, type DeviceReport } from '../../contract/models.ts';
import type { Logger } from '../../logging/logger.ts';
import { factsOf } from './device-facts.ts';
import {
  readDeviceFile,
  writeDeviceFile,
  type KeptDevice,
  type KeptDevices,
} from './device-file.ts';

export interface DeviceRegistryOptions {
  /** Where findings are kept; null keeps them for this process alone. */
  readonly file: string | null;
  readonly logger: Logger;
  /** Tries a device out, in a process of its own. Rejects with `cancelled` alone. */
  readonly tryDevice: (device: Device, signal?: AbortSignal) => Promise<KeptDevice>;
  /** Told whenever something has changed. */
  readonly onChange: (reports: readonly DeviceReport[]) => void;
  /** `process.platform` and `process.arch`; this system's by default. */
  readonly system?: string;
}

/** What is known of this machine's devices: the only place that says which can be used. */
export class DeviceRegistry {
  readonly #options: DeviceRegistryOptions;
  readonly #system: string;
  readonly #validFor: string;
  #found: Promise<Map<Device, KeptDevice>> | null = null;
  readonly #trials = new Map<Device, Promise<KeptDevice>>();

  constructor(options: DeviceRegistryOptions) {
    this.#options = options;
    this.#system = options.system ?? `${process.platform}-${process.arch}`;
    this.#validFor = [
      onnxruntime.version,
      this.#system,
      release(),
      hostname(),
      cpus()[0]?.model ?? '',
    ].join(' ');
  }

  async reports(): Promise<readonly DeviceReport[]> {
    const found = await this.#known();
    return devices.map((device) => this.#report(device, found.get(device)));
  }

  /** What is known of a device other than the processor; null before it was tried. */
  async finding(device: Device): Promise<KeptDevice | null> {
    return (await this.#known()).get(device) ?? null;
  }

  /** Devices that can be tried here and that are kept as able to draft. */
  async found(): Promise<KeptDevices> {
    return this.#known();
  }

  /** Tries one device, or waits for the trial that runs. Rejects with `cancelled` alone. */
  async probe(device: Device, signal?: AbortSignal): Promise<KeptDevice> {
    if (!factsOf(device, this.#system).isOffered) return this.#notOffered(device);
    let trial = this.#trials.get(device);
    if (trial === undefined) {
      trial = this.#try(device, signal);
      this.#trials.set(device, trial);
    }
    return trial;
  }

  /** Tries all devices, one after another so that they do not slow each other down. */
  async probeAll(signal?: AbortSignal): Promise<readonly DeviceReport[]> {
    for (const device of this.#candidates()) await this.probe(device, signal);
    return this.reports();
  }

  /** A device that was there is gone: it is not used again until a probe finds it well. */
  async lost(device: Device, reason: string): Promise<void> {
    await this.#keep(device, { state: 'unavailable', reason });
  }

  #candidates(): readonly Device[] {
    return devices.filter((device) => device !== 'cpu' && factsOf(device, this.#system).isOffered);
  }

  async #try(device: Device, signal: AbortSignal | undefined): Promise<KeptDevice> {
    try {
      // Registered before it is told: the reports must say that it is being tried.
      await Promise.resolve();
      this.#options.onChange(await this.reports());
      const found = await this.#options.tryDevice(device, signal);
      this.#trials.delete(device);
      await this.#keep(device, found);
      return found;
    } catch (error) {
      this.#trials.delete(device);
      this.#options.onChange(await this.reports());
      throw error;
    }
  }

  async #keep(device: Device, found: KeptDevice): Promise<void> {
    const { file, logger, onChange } = this.#options;
    const known = await this.#known();
    known.set(device, found);
    logger.info('device', { device, state: found.state });
    if (file !== null) {
      await writeDeviceFile(file, this.#validFor, known).catch((error: unknown) =>
        logger.warn('what was found of the devices could not be kept', {
          reason: error instanceof Error ? error.message : String(error),
        }),
      );
    }
    onChange(await this.reports());
  }

  #known(): Promise<Map<Device, KeptDevice>> {
    const { file } = this.#options;
    this.#found ??=
      file === null
        ? Promise.resolve(new Map())
        : readDeviceFile(file, this.#validFor).then((kept) => new Map(kept));
    return this.#found;
  }

  #notOffered(device: Device): KeptDevice {
    return { state: 'unavailable', reason: `onnxruntime has no ${device} for ${this.#system}.` };
  }

  #report(device: Device, found: KeptDevice | undefined): DeviceReport {
    const { isOffered, installation, isTested } = factsOf(device, this.#system);
    const report = { device, installation, is_tested: isTested, speed_against_cpu: null };
    if (device === 'cpu') {
      return { ...report, state: 'available', reason: 'Always there.', speed_against_cpu: 1 };
    }
    if (this.#trials.has(device)) {
      return { ...report, state: 'probing', reason: 'It is being tried now.' };
    }
    const known = isOffered ? found : this.#notOffered(device);
    if (known === undefined) {
      return { ...report, state: 'unprobed', reason: 'It was not tried on this machine yet.' };
    }
    if (known.state === 'unavailable') return { ...report, ...known };
    return {
      ...report,
      state: 'available',
      reason: `It gives the processor’s answers in ${known.variants.toSorted().join(', ')}.`,
      speed_against_cpu: known.speed,
    };
  }
}
