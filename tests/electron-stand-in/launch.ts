import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/*
 * How this process was started: Electron's command line,
 *
 *     electron [switches] <folder or file of the application> [arguments]
 *
 * and two switches that only the stand-in knows:
 *
 *   --stand-in-window    show Chromium's window to a person
 *   --stand-in-packaged  the application lies, extracted, in the `resources` folder of a package
 */

interface PackageFacts {
  readonly name?: string;
  readonly productName?: string;
  readonly version?: string;
  readonly main?: string;
}

export interface Launch {
  /** Every `--name` and `--name=value`, before and behind the application's path. */
  readonly switches: ReadonlyMap<string, string>;
  /** The application's folder. */
  readonly appDirectory: string;
  /** The script that the main process starts with. */
  readonly entry: string;
  readonly appName: string;
  readonly appVersion: string;
  readonly isPackaged: boolean;
  readonly isWindowed: boolean;
}

const usage = 'usage: electron [switches] <folder or file of the application> [arguments]';

export function parseCommandLine(args: readonly string[]): Launch {
  const switches = new Map<string, string>();
  for (const argument of args) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name !== undefined) switches.set(name, value ?? '');
  }
  const appPath = args.find((argument) => !argument.startsWith('-'));
  if (appPath === undefined) {
    process.stderr.write(`${usage}\n`);
    process.exit(2);
  }
  const absolute = path.resolve(appPath);
  const isFolder = statSync(absolute).isDirectory();
  const facts = isFolder
    ? (JSON.parse(readFileSync(path.join(absolute, 'package.json'), 'utf8')) as PackageFacts)
    : {};
  return {
    switches,
    appDirectory: isFolder ? absolute : path.dirname(absolute),
    entry: isFolder ? path.resolve(absolute, facts.main ?? 'index.js') : absolute,
    appName: facts.productName ?? facts.name ?? 'Electron',
    appVersion: facts.version ?? '0.0.0',
    isPackaged: switches.has('stand-in-packaged'),
    isWindowed: switches.has('stand-in-window'),
  };
}

export const launch = parseCommandLine(process.argv.slice(2));
