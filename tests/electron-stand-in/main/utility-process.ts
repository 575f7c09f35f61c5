import type { ForkOptions } from 'electron';
import { fork, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import { loud, LoudEmitter } from '../loud.ts';

const boot = import.meta.resolve('../utility-boot.ts');

class UtilityProcess extends LoudEmitter {
  pid: number | undefined;
  readonly stdout: ChildProcess['stdout'];
  readonly stderr: ChildProcess['stderr'];
  readonly #child: ChildProcess;

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super('utilityProcess', ['spawn', 'message', 'exit', 'error']);
    const output = options.stdio === undefined ? 'inherit' : outputOf(options.stdio);
    this.#child = fork(modulePath, args, {
      env: { ...(options.env ?? process.env) },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      // Messages are structured clones, as Electron's are.
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...(options.execArgv ?? []), '--import', boot],
      stdio: ['ignore', output, output, 'ipc'],
    });
    this.pid = this.#child.pid;
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    this.#child
      .on('spawn', () => this.emit('spawn'))
      .on('message', (message) => this.emit('message', message))
      .on('exit', (code, signal) => {
        this.pid = undefined;
        // Electron reports the status that the system gives, a signal's number for a signal.
        this.emit('exit', code ?? signalNumber(signal));
      });
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) {
      throw new Error('The stand-in for Electron passes no ports to a utility process.');
    }
    if (this.#child.connected) this.#child.send({ message });
  }

  kill(): boolean {
    return this.#child.kill();
  }
}

function outputOf(stdio: NonNullable<ForkOptions['stdio']>): 'inherit' | 'pipe' | 'ignore' {
  if (stdio === 'inherit' || stdio === 'pipe' || stdio === 'ignore') return stdio;
  throw new Error('The stand-in for Electron knows stdio as one word.');
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : os.constants.signals[signal];
}

export const utilityProcess = loud('utilityProcess', {
  fork: (modulePath: string, args: readonly string[] = [], options: ForkOptions = {}) =>
    new UtilityProcess(modulePath, args, options),
});
