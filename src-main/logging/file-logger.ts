import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import log from 'electron-log/node.js';
import type { LogFacts, Logger } from './logger.ts';

/** A log is for the last few days; the one before it is kept beside it as `*.old.log`. */
const maxBytes = 2 * 1024 * 1024;

// The package's own logger would complain on the terminal of a file that cannot be written.
log.transports.console.writeFn = () => undefined;

type Level = 'debug' | 'info' | 'warn' | 'error';
type Target = ReturnType<typeof log.create>;

/**
 * The application's log as a file, never the terminal: standard output carries results alone.
 * The file is made with the first line. Where it cannot be written there is no log, which must
 * not keep anyone from their text.
 */
export function createFileLogger(file: string): Logger {
  let target: Target | null | undefined;
  return loggerTo(() => (target === undefined ? (target = openFile(file)) : target), '');
}

function openFile(file: string): Target | null {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    accessSync(path.dirname(file), constants.W_OK);
  } catch {
    return null;
  }
  const target = log.create({ logId: file });
  target.transports.console.level = false;
  target.transports.file.level = 'debug';
  target.transports.file.maxSize = maxBytes;
  target.transports.file.format = '{iso} {level}{scope} {text}';
  target.transports.file.resolvePathFn = () => file;
  return target;
}

/** @param scope names of rooms, outermost first, with slashes; empty for none */
function loggerTo(open: () => Target | null, scope: string): Logger {
  const write =
    (level: Level) =>
    (message: string, facts?: LogFacts): void => {
      const target = open();
      if (target === null) return;
      const line = facts === undefined ? message : `${message} ${JSON.stringify(facts)}`;
      (scope === '' ? target : target.scope(scope))[level](line);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    scope: (name) => loggerTo(open, scope === '' ? name : `${scope}/${name}`),
  };
}
