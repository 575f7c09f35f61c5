import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  codeOf,
  fingerprint,
  outDirectory,
  targetNames,
  type TargetName,
} from './build-targets.ts';
import { withLock } from './lock.ts';
import { projectRoot, requireDependencies, say } from './project.ts';

/*
 * The three builds, each only when its inputs changed. A build is made aside and renamed into
 * place, so that whoever starts meanwhile finds the old one or the new one, never a half.
 */

/** Holds the fingerprint of what a build was made from, inside the build. */
const stampName = '.fingerprint';

export interface BuildOptions {
  readonly root?: string;
  readonly targets?: readonly TargetName[];
  /** Build even what is up to date. */
  readonly force?: boolean;
  /** Told before each build; silent without it. */
  readonly onBuild?: (target: TargetName) => void;
  /** Makes one target's build in a folder of its own. */
  readonly build?: (target: TargetName, directory: string) => Promise<void>;
}

/** Builds what is missing or stale and answers what was built. */
export async function ensureBuilt({
  root = projectRoot,
  targets = targetNames,
  force = false,
  onBuild,
  build = (target, directory) => buildWithVite(root, target, directory),
}: BuildOptions = {}): Promise<readonly TargetName[]> {
  if (!force && (await staleTargets(root, targets)).length === 0) return [];
  await mkdir(path.join(root, outDirectory), { recursive: true });
  return withLock(path.join(root, outDirectory, 'build.lock'), async () => {
    // Another process may have built while this one waited.
    const stale = force ? targets : await staleTargets(root, targets);
    for (const target of stale) {
      onBuild?.(target);
      const stamp = await fingerprint(root, target);
      const aside = path.join(root, outDirectory, `.${target}.${process.pid}`);
      try {
        await build(target, aside);
        await writeFile(path.join(aside, stampName), stamp);
        await replaceDirectory(path.join(root, outDirectory, target), aside);
      } finally {
        await rm(aside, { recursive: true, force: true });
      }
    }
    return stale;
  });
}

/** The targets whose build is missing or was made from other inputs. */
async function staleTargets(
  root: string,
  targets: readonly TargetName[],
): Promise<readonly TargetName[]> {
  const stale = await Promise.all(
    targets.map(async (target) => {
      const stamp = path.join(root, outDirectory, target, stampName);
      const built = await readFile(stamp, 'utf8').catch(() => null);
      return built !== (await fingerprint(root, target));
    }),
  );
  return targets.filter((_target, index) => stale[index]);
}

async function replaceDirectory(directory: string, by: string): Promise<void> {
  const old = `${by}.old`;
  try {
    await rename(directory, old);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await rename(by, directory);
  await rm(old, { recursive: true, force: true });
}

async function buildWithVite(root: string, target: TargetName, directory: string): Promise<void> {
  const { build } = await import('vite');
  // Vite takes the environment's word on what is a production build; a test runner says "test".
  process.env.NODE_ENV = 'production';
  await build({
    configFile: path.join(root, `vite.${target}.config.ts`),
    logLevel: 'error',
    build: { outDir: directory, emptyOutDir: true },
  });
}

if (process.argv[1] === import.meta.filename) {
  requireDependencies();
  await ensureBuilt({
    force: process.argv.includes('--force'),
    onBuild: (target) => {
      say(`Building ${target} …`);
    },
  });
}
