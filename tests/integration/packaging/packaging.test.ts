import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../../src-main/launch/build.ts';
import { extractArchive, packageApplication, type Package } from './package-application.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const starter = 'models/starter';

/** Every file below a folder with its size, by its path with forward slashes. */
function filesIn(folder: string): Map<string, number> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, file).replaceAll(path.sep, '/'), statSync(file).size];
      }),
  );
}

const megabytes = (sizes: Iterable<number>) =>
  [...sizes].reduce((sum, size) => sum + size, 0) / 1e6;

describe.each(['x64', 'arm64'] as const)('a package for Linux on %s', (architecture) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'autodoc-package-'));
  let made: Package;
  let app: Map<string, number>;

  beforeAll(async () => {
    await ensureBuilt({ root });
    made = packageApplication(folder, architecture);
    app = filesIn(extractArchive(made));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('brings the target’s native binaries and no other', () => {
    const natives = [...app.keys()].filter((file) => /\.(node|dylib|dll)$|\.so(\.|$)/.test(file));
    expect(natives.sort()).toEqual([
      `node_modules/better-sqlite3/prebuilds/linux-${architecture}.node`,
      `node_modules/onnxruntime-node/bin/napi-v6/linux/${architecture}/libonnxruntime.so.1`,
      `node_modules/onnxruntime-node/bin/napi-v6/linux/${architecture}/onnxruntime_binding.node`,
    ]);
  });

  it('leaves native binaries outside the archive, where the system can load them', () => {
    const unpacked = filesIn(`${made.archive}.unpacked`);
    for (const [file, size] of app) {
      if (/\.node$|\.so\./.test(file)) expect([file, unpacked.get(file)]).toEqual([file, size]);
    }
  });

  it('brings the three bundles whole and nothing that made them', () => {
    const isBundle = (file: string) =>
      !file.endsWith('.map') && !path.basename(file).startsWith('.');
    const built = [...filesIn(path.join(root, 'out')).keys()].filter(
      (file) => /^(main|preload|renderer)\//.test(file) && isBundle(file),
    );
    const brought = [...app.keys()].filter((file) => file.startsWith('out/'));
    expect(brought.sort()).toEqual(built.map((file) => `out/${file}`).sort());

    const others = [...app.keys()].filter((file) => !file.startsWith('out/'));
    const known = /^(package\.json|node_modules\/(better-sqlite3|onnxruntime-(node|common))\/)/;
    expect(others.filter((file) => !known.test(file))).toEqual([]);
    expect(others.filter((file) => /\.(ts|map|c|cpp|h|md)$/.test(file))).toEqual([]);
  });

  it('brings every package that the bundles import', () => {
    const imported = [...app.keys()]
      .filter((file) => /^out\/main\/.*\.js$/.test(file))
      .map((file) => readFileSync(path.join(made.resources, 'app', file), 'utf8'))
      .flatMap((code) => [
        ...code.matchAll(/(?<!\.)(?:from|import)\s*\(?["'`]([@a-z][\w@/.:-]*)["'`]/g),
      ])
      .map(([, name]) => name!)
      .filter((name) => !name.startsWith('node:') && name !== 'electron');
    expect([...new Set(imported)].sort()).toEqual(['better-sqlite3', 'onnxruntime-node']);
    for (const name of new Set(imported))
      expect(app.has(`node_modules/${name}/package.json`)).toBe(true);
  });

  it('brings the starter model to the byte, without how it was trained', () => {
    const source = path.join(root, 'resources', starter);
    const brought = path.join(made.resources, starter);
    const names = readdirSync(source).filter((name) => name !== 'training');
    expect(readdirSync(brought).sort()).toEqual(names.sort());
    for (const name of names) {
      const isEqual = readFileSync(path.join(brought, name)).equals(
        readFileSync(path.join(source, name)),
      );
      expect([name, isEqual]).toEqual([name, true]);
    }
  });

  it('sets the fuses in the binary', async () => {
    const wire = await getCurrentFuseWire(made.executable);
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: FuseState.DISABLE,
      [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
    });
  });

  it('starts with the right script and looks for no updates', () => {
    const manifest = JSON.parse(
      readFileSync(path.join(made.resources, 'app/package.json'), 'utf8'),
    ) as {
      main: string;
      name: string;
      productName: string;
    };
    expect(manifest).toMatchObject({ name: 'autodoc', productName: 'Autodoc' });
    expect(app.has(manifest.main)).toBe(true);
    expect(existsSync(path.join(made.resources, 'app-update.yml'))).toBe(false);
  });

  it('is no larger than what it brings', () => {
    const archive = statSync(made.archive).size / 1e6;
    const unpacked = megabytes(filesIn(`${made.archive}.unpacked`).values());
    const models = megabytes(filesIn(path.join(made.resources, 'models')).values());
    console.log(
      `${architecture}: archive ${archive.toFixed(1)} MB with ${listPackage(made.archive, { isPack: false }).length} entries, ` +
        `unpacked ${unpacked.toFixed(1)} MB, models ${models.toFixed(1)} MB`,
    );
    // The engine's library weighs 45 MB; a second one would not go unnoticed.
    expect(archive).toBeLessThan(10);
    expect(unpacked).toBeLessThan(80);
  });
});
