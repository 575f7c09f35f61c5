import type { ForkOptions } from 'electron';
import { fork, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import { loud, LoudEmitter } from '../loud.ts';

/** What an older Node needs to be told before it reads `boot`. */
const typeScript = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
const boot = import.meta.resolve('../utility-boot.ts');

class UtilityProcess extends LoudEmitter {
  pid: number | undefined;
  readonly stdout: ChildProcess['stdout'];
  readonly stderr: ChildProcess['stderr'];
  readonly #child: ChildProcess;

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super(['spawn', 'message', 'exit', 'error']);
    const [stdout, stderr] = outputsOf(options.stdio ?? 'inherit');
    this.#child = fork(modulePath, args, {
      env: { ...(options.env ?? process.env) },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      // Messages are structured clones, as Electron's are.
      serialization: 'advanced',
      execArgv: [...typeScript, '--import', boot, ...(options.execArgv ?? [])],
      stdio: ['ignore', stdout, stderr, 'ipc'],
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

type Output = 'inherit' | 'pipe' | 'ignore';

/** Electron takes one word for both outputs, or a word for each with standard input's before them. */
function outputsOf(stdio: NonNullable<ForkOptions['stdio']>): readonly [Output, Output] {
  const [input, stdout, stderr] = typeof stdio === 'string' ? ['ignore', stdio, stdio] : stdio;
  if (input === 'ignore' && isOutput(stdout) && isOutput(stderr)) return [stdout, stderr];
  throw new Error('The stand-in for Electron gives a utility process no standard input.');
}

function isOutput(word: string | undefined): word is Output {
  return word === 'inherit' || word === 'pipe' || word === 'ignore';
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : os.constants.signals[signal];
}

export const utilityProcess = loud('utilityProcess', {
  fork: (modulePath: string, args: readonly string[] = [], options: ForkOptions = {}) =>
    new UtilityProcess(modulePath, args, options),
});
