import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import log from 'electron-log/node.js';
import { silentLogger, type LogFacts, type Logger } from './logger.ts';

/** A log is for the last few days; the one before it is kept beside it as `*.old.log`. */
const maxBytes = 2 * 1024 * 1024;

type Level = 'debug' | 'info' | 'warn' | 'error';
type Write = Record<Level, (line: string) => void>;

/**
 * The application's log as a file, never the terminal: standard output carries results alone.
 * Where the file cannot be written there is no log, which must not keep anyone from their text.
 */
export function createFileLogger(file: string): Logger {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    accessSync(path.dirname(file), constants.W_OK);
  } catch {
    return silentLogger;
  }
  const target = log.create({ logId: file });
  target.transports.console.level = false;
  // With the console's level off its transport can still be called by the file's error handler.
  target.transports.console.writeFn = () => undefined;
  target.transports.file.level = 'debug';
  target.transports.file.maxSize = maxBytes;
  target.transports.file.format = '{iso} {level}{scope} {text}';
  target.transports.file.resolvePathFn = () => file;
  return loggerOver(target, (name) => target.scope(name));
}

function loggerOver(write: Write, open: (scope: string) => Write, scopes = ''): Logger {
  const line = (message: string, facts: LogFacts | undefined): string =>
    facts === undefined ? message : `${message} ${JSON.stringify(facts)}`;
  return {
    debug: (message, facts) => write.debug(line(message, facts)),
    info: (message, facts) => write.info(line(message, facts)),
    warn: (message, facts) => write.warn(line(message, facts)),
    error: (message, facts) => write.error(line(message, facts)),
    scope(name) {
      const inner = scopes === '' ? name : `${scopes}/${name}`;
      return loggerOver(open(inner), open, inner);
    },
  };
}
