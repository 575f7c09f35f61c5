import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { devices, variants, type Device, type Variant } from '../../contract/models.ts';
import { attentionForms, type AttentionForm } from '../graph/device-form.ts';

/*
 * What probes found on this machine, kept from start to start. It holds for one version of
 * onnxruntime on one machine; another one's is as good as none.
 */

/** A device that can draft. */
export interface AvailableDevice {
  readonly state: 'available';
  readonly form: AttentionForm;
  /** The variants that it computes rightly, fastest first. */
  readonly variants: readonly Variant[];
  /** The processor's fastest step over the device's fastest: above 1 the device is faster. */
  readonly speed: number;
}

/** One that cannot, and why, for people. */
export interface UnavailableDevice {
  readonly state: 'unavailable';
  readonly reason: string;
}

export type KeptDevice = AvailableDevice | UnavailableDevice;
export type KeptDevices = ReadonlyMap<Device, KeptDevice>;

const format = 1;
const schema = v.object({
  format: v.literal(format),
  /** The machine and the version of onnxruntime that all of this holds for. */
  valid_for: v.string(),
  devices: v.array(
    v.variant('state', [
      v.object({
        device: v.picklist(devices),
        state: v.literal('available'),
        form: v.picklist(attentionForms),
        variants: v.pipe(v.array(v.picklist(variants)), v.minLength(1)),
        speed: v.pipe(v.number(), v.finite(), v.minValue(0)),
      }),
      v.object({
        device: v.picklist(devices),
        state: v.literal('unavailable'),
        reason: v.string(),
      }),
    ]),
  ),
});

/** What the file says; nothing where it is missing, damaged, or holds for something else. */
export async function readDeviceFile(file: string, validFor: string): Promise<KeptDevices> {
  try {
    const kept = v.parse(schema, JSON.parse(await readFile(file, 'utf8')));
    if (kept.valid_for !== validFor) return new Map();
    return new Map(kept.devices.map(({ device, ...found }) => [device, found]));
  } catch {
    // A probe finds it again.
    return new Map();
  }
}

/** Writes the file whole or not at all. */
export async function writeDeviceFile(
  file: string,
  validFor: string,
  kept: KeptDevices,
): Promise<void> {
  const contents = {
    format,
    valid_for: validFor,
    devices: [...kept].map(([device, found]) => ({ device, ...found })),
  };
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(temporary, `${JSON.stringify(contents, null, 2)}\n`, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
