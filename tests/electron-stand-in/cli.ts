import inspector from 'node:inspector';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './launch.ts';

/* The executable's entry: makes Node look like Electron's main process and runs the application. */

const standIn = import.meta.resolve('./electron.ts');
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

// Electron prints where its debugger listens, and Playwright reads it.
const inspectPort = launch.switches.get('inspect');
if (inspectPort !== undefined) inspector.open(Number(inspectPort));

const facts = process as { type?: string; defaultApp?: boolean; resourcesPath?: string };
facts.type = 'browser';
if (launch.isPackaged) {
  facts.resourcesPath = path.dirname(launch.appDirectory);
} else {
  facts.defaultApp = true;
  facts.resourcesPath = import.meta.dirname;
}
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in', enumerable: true });
// Electron's `process.argv` starts with the executable alone.
process.argv.splice(1, 1);

await import(standIn);
await import(pathToFileURL(launch.entry).href);
