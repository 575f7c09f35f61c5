import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.ts';
import { projectRoot, requireDependencies } from './project.ts';

/*
 * The command line, from its sources: builds what is missing without a word, then is the
 * command line itself. Standard output belongs to the result alone.
 */

requireDependencies();
const calledFrom = process.cwd();
// The builds' configurations name their inputs from the root.
process.chdir(projectRoot);
await ensureBuilt({ targets: ['main'] });
// npm runs scripts in the root; paths on the command line are meant from where npm was called.
const { INIT_CWD } = process.env;
process.chdir(calledFrom === projectRoot && INIT_CWD !== undefined ? INIT_CWD : calledFrom);
await import(pathToFileURL(path.join(projectRoot, 'out/main/cli.js')).href);
