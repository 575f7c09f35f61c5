/**
 * The one logger's interface. No text of a document ever goes into a log: `facts` are ids,
 * counts, durations and codes.
 */
export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
  /** The same log, with the room's name in front of each line. */
  scope(name: string): Logger;
}

export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A logger that writes nothing, for tests and for callers that want silence. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  scope: () => silentLogger,
};
