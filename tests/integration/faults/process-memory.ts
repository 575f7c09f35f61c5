import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/*
 * What Linux tells of a process's memory, and how to take it away. Elsewhere the tests that
 * need it are skipped.
 */

export const canMeasureMemory = process.platform === 'linux';

/** The processes that this one started and that live. */
export function childProcessIds(): readonly number[] {
  return readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8')
      .split(' ')
      .filter((id) => id.trim() !== '')
      .map(Number),
  );
}

/** `VmRSS`, `VmSize`, … of a process, in bytes. */
export function memoryBytes(processId: number, field: 'VmRSS' | 'VmSize'): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kib === undefined) throw new Error(`The system does not tell ${field}`);
  return Number(kib) * 1024;
}

/** Lets a running process have only so much address space from now on. */
export function limitAddressSpace(processId: number, bytes: number): void {
  execFileSync('prlimit', ['--pid', String(processId), `--as=${bytes}:${bytes}`]);
}
