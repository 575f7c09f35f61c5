import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const benchDirectory = path.resolve(import.meta.dirname, '..');

/**
 * A peer's module, from `tests/bench/node_modules`. The peers are installed when the bench first
 * runs, so their types are not there to be checked against: `Module` is what we use of them.
 */
export async function importPeer<Module>(name: string): Promise<Module> {
  const manifest = path.join(benchDirectory, 'node_modules', name, 'package.json');
  const { exports } = createRequire(import.meta.url)(manifest) as { exports: PackageExports };
  const entry = entryOf(exports);
  const file = path.join(path.dirname(manifest), entry);
  return (await import(pathToFileURL(file).href)) as Module;
}

type PackageExports = string | { readonly [condition: string]: PackageExports };

/** The file that `import` finds in Node. */
function entryOf(exports: PackageExports): string {
  if (typeof exports === 'string') return exports;
  const condition = ['.', 'node', 'import', 'default'].find((name) => name in exports);
  if (condition === undefined) throw new Error('The package has no module for Node');
  return entryOf(exports[condition]!);
}
