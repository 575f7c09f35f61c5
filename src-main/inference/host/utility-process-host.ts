import type { Readable } from 'node:stream';
import { engineEnvironment } from './engine-environment.ts';
import type { EngineProcess, StartEngineProcess } from './process-host.ts';
import { keepTail } from './stderr-tail.ts';

/** The part of Electron's `utilityProcess` that is used here, so that Electron stays outside. */
export interface UtilityProcessModule {
  fork(
    modulePath: string,
    args: string[],
    options: {
      serviceName: string;
      stdio: ['ignore', 'ignore', 'pipe'];
      env: NodeJS.ProcessEnv;
    },
  ): UtilityProcessChild;
}

interface UtilityProcessChild {
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

/** The engine in Electron's utility process: an installed application cannot fork a Node. */
export function utilityProcessHost(
  utilityProcess: UtilityProcessModule,
  entry: string,
): StartEngineProcess {
  return (): EngineProcess => {
    const child = utilityProcess.fork(entry, [], {
      serviceName: 'Autodoc engine',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: engineEnvironment(process.env),
    });
    const stderr = keepTail(child.stderr as Readable | null);
    let ended = false;
    return {
      send(message) {
        if (!ended) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) =>
        void child.once('exit', (code) => {
          ended = true;
          listener({ reason: `exit code ${code}`, stderr: stderr() });
        }),
      kill: () => void child.kill(),
    };
  };
}
