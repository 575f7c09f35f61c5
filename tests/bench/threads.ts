import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** As many threads as the engine takes: one for each physical core that this process may use. */
export function engineThreads(): number {
  const allowed = availableParallelism();
  return allowed < cpus().length ? allowed : (physicalCores() ?? allowed);
}

/** Null where the system does not tell which processors share a core. */
function physicalCores(): number | null {
  try {
    const list = readFileSync('/proc/cpuinfo', 'utf8');
    const valuesOf = (key: RegExp) => Array.from(list.matchAll(key), ([, value]) => value);
    const sockets = valuesOf(/^physical id\s*: (\d+)$/gm);
    const cores = valuesOf(/^core id\s*: (\d+)$/gm);
    if (cores.length === 0 || cores.length !== sockets.length) return null;
    return new Set(cores.map((core, cpu) => `${sockets[cpu]} ${core}`)).size;
  } catch {
    return null;
  }
}
