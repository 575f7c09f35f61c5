import { readFileSync, writeFileSync } from 'node:fs';

/** The most memory a process has held since `resetPeak`, in MiB; null where the system does not tell. */
export function peakRssMib(processId: number): number | null {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / 1024);
  } catch {
    return null;
  }
}

/** Linux forgets the peak so far: what follows has a peak of its own, what is loaded included. */
export function resetPeak(processId: number): void {
  const forgetPeak = '5';
  try {
    writeFileSync(`/proc/${processId}/clear_refs`, forgetPeak);
  } catch {
    // Elsewhere the peak is the process's, which is no less true.
  }
}
