import { AppError } from '../../contract/errors.ts';
import { devices, type Device, type DeviceReport } from '../../contract/models.ts';

/** Devices that sessions of this version run on. */
const supported: readonly Device[] = ['cpu'];

/** Every device that Autodoc knows, and whether it can draft here. */
export function reportDevices(): readonly DeviceReport[] {
  return devices.map((device) => {
    const isSupported = supported.includes(device);
    return {
      device,
      state: isSupported ? 'available' : 'unavailable',
      reason: isSupported
        ? 'Always there.'
        : 'Not used yet: this version of Autodoc drafts on the processor alone.',
      installation: null,
      is_tested: isSupported,
      speed_against_cpu: isSupported ? 1 : null,
    };
  });
}

/** The device to run on. Fails with `device_unavailable`: another one is never used silently. */
export function chooseDevice(wanted: 'auto' | Device): Device {
  if (wanted === 'auto') return 'cpu';
  if (supported.includes(wanted)) return wanted;
  throw new AppError(
    'device_unavailable',
    `This version of Autodoc cannot draft on "${wanted}". Nothing was drafted. ` +
      'Choose "cpu", or "auto" for the fastest there is.',
    { details: { device: wanted } },
  );
}
