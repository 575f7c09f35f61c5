import { AppError } from '../../contract/errors.ts';
import {
  isWithinAcceptedLoss,
  variantsFor,
  type Device,
  type ModelCard,
  type Variant,
} from '../../contract/models.ts';
import type { AttentionForm } from '../graph/device-form.ts';
import type { AvailableDevice, KeptDevices } from './device-file.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { EngineChoice } from './types.ts';

/** Where a piece of work runs. */
export interface Placement {
  readonly device: Device;
  readonly variant: Variant;
  /** How attention is computed there; means nothing on the processor. */
  readonly form: AttentionForm;
  /** Why it is not where it was meant to be, for people; null where it is. */
  readonly fallBack: string | null;
}

/**
 * Where to run: what was chosen, else the fastest device that passed its probe and is faster than
 * the processor. A device that nobody has tried yet is not waited for, unless it was chosen by name.
 *
 * @throws AppError `device_unavailable` where the choice insists on a device that cannot be used;
 *   otherwise the processor takes its place, and the reason is told
 */
export async function placeWork(
  choice: EngineChoice,
  registry: DeviceRegistry,
  signal?: AbortSignal,
): Promise<Placement> {
  const { device, variant, model } = choice;
  if (device === 'cpu') return onCpu(choice, null);
  if (device === 'auto') return fastest(choice, await registry.found()) ?? onCpu(choice, null);

  const found = (await registry.finding(device)) ?? (await registry.probe(device, signal));
  if (found.state === 'unavailable') return instead(choice, device, found.reason);
  const placed = onDevice(device, found, model.card, variant);
  return placed ?? instead(choice, device, `"${variant}" does not run there.`);
}

/** The processor with its own variant, in place of a device. */
export function onCpu({ model, variant }: EngineChoice, fallBack: string | null): Placement {
  const { card } = model;
  const isOffered =
    variant !== 'auto' && (fallBack === null || variantsFor('cpu').includes(variant));
  return {
    device: 'cpu',
    variant: isOffered ? variant : card.default_variant,
    form: 'plain',
    fallBack,
  };
}

function instead(choice: EngineChoice, device: Device, reason: string): Placement {
  if (choice.isDeviceRequired === true) {
    throw new AppError(
      'device_unavailable',
      `"${device}" cannot be used. ${reason} Nothing was drafted. Choose "cpu", or "auto" for ` +
        'the fastest there is; "autodoc devices" tells what each device needs.',
      { details: { device } },
    );
  }
  return onCpu(choice, `Drafted on the processor, because ${device} cannot be used. ${reason}`);
}

function fastest({ model, variant }: EngineChoice, found: KeptDevices): Placement | null {
  const faster = [...found]
    .flatMap(([device, kept]) => (kept.state === 'available' ? [{ device, kept }] : []))
    .filter(({ kept }) => kept.speed > 1)
    .toSorted((a, b) => b.kept.speed - a.kept.speed);
  for (const { device, kept } of faster) {
    const placed = onDevice(device, kept, model.card, variant);
    if (placed !== null) return placed;
  }
  return null;
}

function onDevice(
  device: Device,
  { form, variants }: AvailableDevice,
  card: ModelCard,
  wanted: 'auto' | Variant,
): Placement | null {
  const offered = variants.filter((variant) =>
    wanted === 'auto' ? isAccepted(variant, card) : variant === wanted,
  );
  const [variant] = offered;
  return variant === undefined ? null : { device, variant, form, fallBack: null };
}

/** As near to fp32 as the model's card demands of its default. */
function isAccepted(variant: Variant, { variants }: ModelCard): boolean {
  const perplexityOf = (name: Variant) =>
    variants.find((price) => price.variant === name)?.perplexity ?? Infinity;
  return isWithinAcceptedLoss(perplexityOf(variant), perplexityOf('fp32'));
}
