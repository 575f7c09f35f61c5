import { extractAll } from '@electron/asar';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/*
 * Packages the application as `electron-builder` will, without Electron's binary: a folder that
 * looks like Electron's distribution takes its place. What electron-builder does to the binary
 * (its name, its fuses) and what it puts around it can be read afterwards.
 */

export interface Package {
  /** The application's folder, as it would be installed. */
  readonly directory: string;
  /** The binary, whose fuses are set. */
  readonly executable: string;
  readonly resources: string;
  readonly archive: string;
}

const root = path.resolve(import.meta.dirname, '../../..');

/** Marks the place of the fuses in Electron's binary: @electron/fuses looks for it. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Electron's own setting of its fuses, one character each: 1 on, 0 off. */
const electronsFuses = '101100011';

/** Packages the built bundles for Linux on one architecture into `output`. */
export function packageApplication(output: string, architecture: 'x64' | 'arm64' = 'x64'): Package {
  rmSync(output, { recursive: true, force: true });
  const distribution = path.join(output, 'electron');
  makeDistribution(distribution);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/electron-builder/cli.js'),
      '--linux',
      'dir',
      `--${architecture}`,
      '--publish',
      'never',
      `-c.electronDist=${distribution}`,
      `-c.directories.output=${output}`,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`electron-builder failed:\n${stdout}${stderr}`);
  const folder = architecture === 'x64' ? 'linux-unpacked' : `linux-${architecture}-unpacked`;
  const directory = path.join(output, folder);
  const resources = path.join(directory, 'resources');
  return {
    directory,
    executable: path.join(directory, 'autodoc'),
    resources,
    archive: path.join(resources, 'app.asar'),
  };
}

/**
 * Extracts the archive beside itself, into the folder `app`, which Electron would run too. The
 * unpacked files are in it as well.
 */
export function extractArchive({ archive, resources }: Package): string {
  const directory = path.join(resources, 'app');
  extractAll(archive, directory);
  return directory;
}

function makeDistribution(directory: string): void {
  mkdirSync(path.join(directory, 'resources'), { recursive: true });
  const fuses = Buffer.concat([
    Buffer.from(fuseSentinel),
    Buffer.from([1, electronsFuses.length]),
    Buffer.from(electronsFuses),
  ]);
  writeFileSync(path.join(directory, 'electron'), fuses, { mode: 0o755 });
  const electron = readFileSync(path.join(root, 'node_modules/electron/package.json'), 'utf8');
  const { version } = JSON.parse(electron) as { version: string };
  writeFileSync(path.join(directory, 'version'), version);
  for (const licence of ['LICENSE', 'LICENSES.chromium.html']) {
    writeFileSync(path.join(directory, licence), '');
  }
}
