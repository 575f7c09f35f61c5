import { obtainVulkan } from '../../fixtures/vulkan.ts';

/**
 * Before the tests, where fetching may take its time. Where the software adapter cannot be had,
 * this says so aloud, and the tests that need it are skipped.
 */
export function setup(): void {
  try {
    obtainVulkan();
  } catch (error) {
    console.warn(
      'SKIPPED: the tests of drafting on WebGPU, because there is no software Vulkan. ' +
        (error as Error).message,
    );
  }
}
