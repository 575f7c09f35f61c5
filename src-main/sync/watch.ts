import { watch as watchFolder, type FSWatcher } from 'chokidar';
import path from 'node:path';
import type { Logger } from '../logging/logger.ts';
import { nodeDisk } from './disk.ts';
import { temporaryName } from './private-folder.ts';
import type { RoundOutcome } from './types.ts';

export interface WatchTiming {
  /** Between two looks where nothing was told: network shares tell nothing. */
  readonly pollMs: number;
  /** After the folder said that something changed: services write in several steps. */
  readonly eventMs: number;
  /** After something was written here: at most one publish in this time. */
  readonly publishMs: number;
  /** Before a file that is being written to is looked at again; later each time. */
  readonly againMs: number;
  /** The longest pause while something keeps it from sharing. */
  readonly longestMs: number;
}

export const defaultWatchTiming: WatchTiming = {
  pollMs: 15_000,
  eventMs: 400,
  publishMs: 3_000,
  againMs: 1_000,
  longestMs: 120_000,
};

export interface WatchOptions {
  /** The team file. */
  readonly file: string;
  readonly timing: WatchTiming;
  /** A round; its outcome decides when the next one comes. */
  readonly round: () => Promise<RoundOutcome>;
  readonly logger: Logger;
}

/** Rounds whenever the folder or the library changed, and every now and then besides. */
export interface Watching {
  /** Something was written to the library. */
  wrote(): void;
  /** A round at once, or right after the one that goes on. */
  now(): Promise<RoundOutcome>;
  /** No round begins any more; answers when the last one has ended. */
  stop(): Promise<void>;
}

export function watchTeamFile(options: WatchOptions): Watching {
  const { file, timing, round, logger } = options;
  const folder = followUp(file, logger);
  const watcher = folder === null ? null : startWatcher(folder, path.basename(file), logger);
  let timer: NodeJS.Timeout | null = null;
  let dueMs = Infinity;
  let fruitless = 0;
  let isStopped = false;
  let last: Promise<unknown> = Promise.resolve();

  /** Not later than in `ms`. */
  function schedule(ms: number): void {
    const atMs = performance.now() + ms;
    if (isStopped || atMs >= dueMs) return;
    if (timer !== null) clearTimeout(timer);
    dueMs = atMs;
    timer = setTimeout(() => void now(), ms);
  }

  async function now(): Promise<RoundOutcome> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    dueMs = Infinity;
    const turn = last.then(round);
    last = turn.catch(() => undefined);
    const outcome = await turn;
    schedule(pauseAfter(outcome));
    return outcome;
  }

  function pauseAfter({ is_settled, problem }: RoundOutcome): number {
    fruitless = is_settled ? 0 : fruitless + 1;
    if (is_settled) return timing.pollMs;
    const firstMs = problem === null ? timing.againMs : timing.againMs * 2;
    const longestMs = problem === null ? timing.pollMs : timing.longestMs;
    return Math.min(firstMs * 2 ** (fruitless - 1), longestMs);
  }

  watcher?.on('all', () => schedule(timing.eventMs));
  schedule(0);

  return {
    wrote: () => schedule(timing.publishMs),
    now,
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await last;
      await watcher?.close();
    },
  };
}

/** The folder that the file itself lies in, where a link leads to it; null while there is none. */
function followUp(file: string, logger: Logger): string | null {
  try {
    const isLink = nodeDisk.look(file)?.kind === 'link';
    return path.dirname(isLink ? nodeDisk.follow(file) : file);
  } catch (thrown) {
    logger.debug('a link leads nowhere', {
      reason: String(thrown instanceof Error && thrown.name),
    });
    return null;
  }
}

/**
 * Watches the team file and what is named after it. The folder may be a person's whole synced
 * folder, so what else lies in it is left to the looks in between.
 */
function startWatcher(folder: string, target: string, logger: Logger): FSWatcher {
  const stem = path.parse(target).name.toLowerCase();
  const watcher = watchFolder(folder, {
    depth: 0,
    ignoreInitial: true,
    ignorePermissionErrors: true,
    followSymlinks: false,
    ignored(file) {
      const name = path.basename(file);
      if (path.resolve(file) === path.resolve(folder)) return false;
      return temporaryName.test(name) || !name.toLowerCase().startsWith(stem);
    },
  });
  watcher.on('error', (error) => {
    logger.debug('the folder is not watched, only looked at', {
      reason: error instanceof Error ? error.name : 'unknown',
    });
  });
  return watcher;
}
