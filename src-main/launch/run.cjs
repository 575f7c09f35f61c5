'use strict';
// Runs one of the project's TypeScript entries: node src-main/launch/run.cjs ENTRY [ARG ...]
// In a syntax that every Node reads, because its first job is to say that a Node is too old.
// `npm ci` with npm 11 on Node 20 brings a Node of its own into node_modules/.bin; npm 10 does not.
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { pathToFileURL } = require('node:url');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `Autodoc needs Node 22.12 or newer, or Node 20 with npm 11 or newer; this is Node ${process.versions.node}. ` +
      'Install a newer Node, or run "npm install -g npm@11", then "npm ci" again.\n',
  );
  process.exit(1);
}

const [entry, ...args] = process.argv.slice(2);
if (entry !== undefined) {
  const file = path.resolve(entry);
  if (process.features.typescript) {
    process.argv = [process.argv[0], file, ...args];
    import(pathToFileURL(file).href);
  } else {
    // Node 22.12 to 22.17 read TypeScript only when asked to.
    const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
    const child = spawnSync(process.execPath, [...flags, file, ...args], { stdio: 'inherit' });
    process.exit(child.status ?? 1);
  }
}
