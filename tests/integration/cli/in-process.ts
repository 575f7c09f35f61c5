import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { runCli } from '../../../src-main/cli/run-cli.ts';
import type { Terminal } from '../../../src-main/cli/terminal.ts';
import { composeApplication } from '../../../src-main/composition.ts';
import type { ErrorEnvelope } from '../../../src-main/contract/errors.ts';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import { placesOfStore } from '../../../src-main/places.ts';
import { syncWorker } from '../../fixtures/sync-worker.ts';

/*
 * The real command line over the real application within the test's own process: only the
 * password costs less, and each of a test's hundred commands takes no start of Node.
 */

const root = path.resolve(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLine {
  readonly folder: string;
  readonly store: string;
  /** @param passwords read from descriptors, by the name of their option */
  run(args: readonly string[], passwords?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Runs it where somebody types, all that they type being there already. */
  runAtTerminal(args: readonly string[], typed: string): Promise<Ended>;
  remove(): void;
}

export function openCommandLine(): CommandLine {
  const folder = mkdtempSync(path.join(tmpdir(), 'autodoc-people-'));
  const store = path.join(folder, 'store');

  async function runAt(args: readonly string[], stdin: Terminal['stdin'], isTTY: boolean) {
    const stdout = new PassThrough();
    const stderr = Object.assign(new PassThrough(), { isTTY });
    const code = await runCli([...args, '--store', store], {
      terminal: { stdin, stdout, stderr },
      columns: 80,
      version: '1.2.3',
      signal: new AbortController().signal,
      compose: (directory) =>
        composeApplication({
          places: placesOfStore(directory!),
          resourcesDirectory: path.join(root, 'resources'),
          startEngine: forkHost(path.join(root, 'src-main/inference/worker/main.ts')),
          syncWorker,
          appVersion: '1.2.3',
          passwordCost: { N: 16, r: 1, p: 1 },
        }),
    });
    const textOf = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  }

  return {
    folder,
    store,
    async run(args, passwords = {}) {
      const descriptors = Object.entries(passwords).map(([option, password]) => {
        const file = path.join(folder, `${option}.txt`);
        writeFileSync(file, `${password}\n`);
        return { option, descriptor: openSync(file, 'r') };
      });
      try {
        const given = descriptors.flatMap(({ option, descriptor }) => [
          ...[`--${option}`, String(descriptor)],
        ]);
        return await runAt([...args, ...given], Readable.from([]), false);
      } finally {
        for (const { descriptor } of descriptors) closeSync(descriptor);
      }
    },
    runAtTerminal(args, typed) {
      const keyboard = new PassThrough();
      keyboard.write(typed);
      const terminal = Object.assign(keyboard, { isTTY: true, setRawMode: () => keyboard });
      return runAt(args, terminal, true);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The JSON of a command that must succeed. */
export async function jsonOf<T>(ended: Promise<Ended>): Promise<T> {
  const { code, stdout, stderr } = await ended;
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** How a command with --json has failed. */
export function failureOf({ code, stdout, stderr }: Ended) {
  if (code === 0) throw new Error(`it succeeded: ${stdout}`);
  const { error } = JSON.parse(stderr) as { readonly error: Omit<ErrorEnvelope, 'details'> };
  return { exitCode: code, ...error };
}
