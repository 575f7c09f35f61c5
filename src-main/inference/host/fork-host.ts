import { fork } from 'node:child_process';
import { engineEnvironment } from './engine-environment.ts';
import type { EngineProcess, StartEngineProcess } from './process-host.ts';
import { keepTail } from './stderr-tail.ts';

/** Node below 22.18 reads TypeScript only when asked to; bundles need nothing. */
function nodeFlags(entry: string): string[] {
  if (!entry.endsWith('.ts') || process.features.typescript !== false) return [];
  return ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
}

/**
 * The engine in a forked Node: for the command line and the tests.
 *
 * @param entry absolute path of the worker: the bundle, or `worker/main.ts` itself
 * @param environment of the process; this one's by default
 */
export function forkHost(
  entry: string,
  environment: NodeJS.ProcessEnv = process.env,
): StartEngineProcess {
  return (): EngineProcess => {
    const child = fork(entry, [], {
      execArgv: nodeFlags(entry),
      env: engineEnvironment(environment),
      serialization: 'advanced',
      // Nothing of the engine's may reach the command line's stdout.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const stderr = keepTail(child.stderr);
    let failure: string | null = null;
    child.on('error', (error) => {
      failure = error.message;
    });
    return {
      send(message) {
        // The callback takes the error of a process that has just ended; its exit is told below.
        if (child.connected) child.send(message as object, () => undefined);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) =>
        void child.once('close', (code, signal) => {
          const ended = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
          listener({ reason: failure ?? ended, stderr: stderr() });
        }),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
