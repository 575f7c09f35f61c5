import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly stdin?: string | Uint8Array;
  /** The application's own folder lies in it. */
  readonly home: string;
}

/** Starts the real command line from its sources, in a process of its own. */
export function startCommand(args: readonly string[], { stdin, home }: CommandOptions) {
  const child = spawn(
    process.execPath,
    [path.join(root, 'src-main/launch/run.cjs'), path.join(root, 'src-main/cli.ts'), ...args],
    { cwd: home, env: { ...process.env, XDG_CONFIG_HOME: home, HOME: home, APPDATA: home } },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that does not read its input may be gone before it is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  const ended = once(child, 'close').then(([code]): Ended => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  return { child, ended, stdoutSoFar: () => stdout };
}

export function runCommand(args: readonly string[], options: CommandOptions): Promise<Ended> {
  return startCommand(args, options).ended;
}

/** The JSON that a command which must succeed answers with. */
export async function runJson<T>(args: readonly string[], options: CommandOptions): Promise<T> {
  const { code, stdout, stderr } = await runCommand([...args, '--json'], options);
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A folder for a file's tests, and how to take it away. */
export function makeHome(): { readonly home: string; readonly remove: () => void } {
  const home = mkdtempSync(path.join(tmpdir(), 'autodoc-cli-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}
