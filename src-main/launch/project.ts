import { existsSync } from 'node:fs';
import path from 'node:path';

/** The project's root: the launchers run from its sources, never from a build. */
export const projectRoot = path.resolve(import.meta.dirname, '../..');

/** Ends with one line when `npm ci` has not run: everything else would only say it worse. */
export function requireDependencies(): void {
  const missing = ['vite', 'better-sqlite3', 'onnxruntime-node', 'electron'].find(
    (name) => !existsSync(path.join(projectRoot, 'node_modules', name, 'package.json')),
  );
  if (missing === undefined) return;
  process.stderr.write(`Autodoc's packages are not installed (${missing}). Run "npm ci" first.\n`);
  process.exit(1);
}

/** One line to the person who started us; standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
