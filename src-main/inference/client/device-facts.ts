import { assertNever } from '../../contract/errors.ts';
import type { Device } from '../../contract/models.ts';

/** What is known of a device without trying it. */
export interface DeviceFacts {
  /** Whether onnxruntime-node can be had with it for this system. */
  readonly isOffered: boolean;
  /** How to get it here, for people; null where there is nothing to do. */
  readonly installation: string | null;
  /** Whether this version was ever tried on such a device. */
  readonly isTested: boolean;
}

const vulkanDrivers =
  'It needs a Vulkan driver for the graphics card: NVIDIA’s own driver, or Mesa ' +
  '(Debian and Ubuntu: apt install mesa-vulkan-drivers).';
const graphicsDriver = 'It needs the graphics card’s current driver.';
const cudaLibraries =
  'It needs NVIDIA’s driver, CUDA 12, cuDNN 9 and onnxruntime’s CUDA library; the last is fetched ' +
  'from nuget.org by running, in Autodoc’s folder: ' +
  'node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12';

/** @param system `process.platform` and `process.arch`: `linux-x64` */
export function factsOf(device: Device, system: string): DeviceFacts {
  const nowhere = { isOffered: false, installation: null, isTested: false };
  switch (device) {
    case 'cpu':
      return { isOffered: true, installation: null, isTested: true };
    case 'webgpu':
      if (!['win32-x64', 'win32-arm64', 'linux-x64', 'darwin-arm64'].includes(system))
        return nowhere;
      return {
        isOffered: true,
        installation: system === 'linux-x64' ? vulkanDrivers : graphicsDriver,
        // On Mesa's software Vulkan.
        isTested: system === 'linux-x64',
      };
    case 'cuda':
      if (system !== 'linux-x64') return nowhere;
      return { isOffered: true, installation: cudaLibraries, isTested: false };
    case 'dml':
      if (!system.startsWith('win32-')) return nowhere;
      return { isOffered: true, installation: graphicsDriver, isTested: false };
    case 'coreml':
      // There is no onnxruntime-node for Macs with Intel's processors.
      return { ...nowhere, isOffered: system === 'darwin-arm64' };
    default:
      return assertNever(device);
  }
}
