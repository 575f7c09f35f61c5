import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';

/*
 * Whom the engine is compared with: hundreds of megabytes that nobody needs to work on Autodoc,
 * so they are no part of its own packages. They are installed when the bench first wants them.
 */

const directory = import.meta.dirname;
const manifestSchema = v.object({
  version: v.optional(v.string()),
  dependencies: v.optional(v.record(v.string(), v.string()), {}),
});

/** Installs the peers unless they are there; answers why it could not, or null. */
export async function installPeers(say: (line: string) => void): Promise<string | null> {
  if ((await missingPeer()) === null) return requireSameRuntime();
  say('Installing the peers (about 1.2 GB under tests/bench/node_modules)');
  const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr, error } = spawnSync('npm', command, {
    cwd: directory,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    return `"npm ci" in tests/bench failed: ${error?.message ?? stderr.trim()}`;
  }
  const missing = await missingPeer();
  return missing === null ? requireSameRuntime() : `${missing} did not install`;
}

async function missingPeer(): Promise<string | null> {
  const { dependencies } = await readManifest(directory);
  for (const [name, version] of Object.entries(dependencies)) {
    const installed = await readManifest(path.join(directory, 'node_modules', name)).catch(
      () => null,
    );
    if (installed?.version !== version) return `${name} ${version}`;
  }
  return null;
}

/** transformers.js brings an onnxruntime of its own: another version would be another race. */
async function requireSameRuntime(): Promise<string | null> {
  const ours = await readManifest(path.join(directory, '../../node_modules/onnxruntime-node'));
  const theirs = await readManifest(path.join(directory, 'node_modules/onnxruntime-node'));
  if (ours.version === theirs.version) return null;
  return `onnxruntime-node is ${String(ours.version)} here and ${String(theirs.version)} there`;
}

async function readManifest(folder: string) {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8');
  return v.parse(manifestSchema, JSON.parse(text));
}
