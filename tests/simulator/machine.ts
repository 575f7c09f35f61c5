import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import type { Id } from '../../src-main/contract/domain.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { openStore } from '../../src-main/store/open-store.ts';
import type { LibraryStore } from '../../src-main/store/types.ts';
import type { RoundOutcome, TeamSync, TeamSyncOptions } from '../../src-main/sync/types.ts';
import { copyFolder, filesIn, putWhole, readOrNull } from './files.ts';
import type { LoggedChange } from './ledger.ts';
import type { Person } from './people.ts';
import type { Client } from './services/sync-service.ts';

export const teamFileName = 'Team.db';

export interface MachineOptions {
  /** A folder of this machine's own, with its library in it. */
  readonly place: string;
  readonly name: string;
  readonly person: Person;
  /** The machine's clock. */
  readonly now: () => number;
  readonly createSync: (options: TeamSyncOptions) => TeamSync;
  readonly trace: (line: string) => void;
}

export interface RoundFaults {
  /** Whether the power goes before a step, the `count`th of the round from 0 on. */
  readonly isCut?: ((step: string, count: number) => boolean) | undefined;
  /** What others do to the folder meanwhile. */
  readonly onStep?: ((step: string) => void) | undefined;
}

/** What ends a round where the power went: all that is left is what was on the disk then. */
export class PowerCut extends Error {
  readonly step: string;

  constructor(step: string) {
    super(`The power went before: ${step}`);
    this.step = step;
  }
}

/** How a machine is set back: by a copy of its whole library, or of the log's file alone. */
export type SetBack = 'library' | 'replica' | 'state lost';

/** A machine: a library, a folder that a service watches, a clock, and who sits there. */
export class Machine implements Client {
  readonly machine: string;
  readonly person: Person;
  readonly now: () => number;
  readonly library: string;
  readonly folder: string;
  readonly teamFile: string;
  isOff = false;
  readonly #place: string;
  readonly #options: MachineOptions;
  #running: Running | null = null;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#place = options.place;
    this.machine = options.name;
    this.person = options.person;
    this.now = options.now;
    this.library = libraryAt(options.place);
    this.folder = path.join(options.place, 'shared');
    this.teamFile = path.join(this.folder, teamFileName);
    fs.mkdirSync(this.folder, { recursive: true });
  }

  get store(): LibraryStore {
    return this.#opened().store;
  }

  get raw(): Database.Database {
    return this.#opened().raw;
  }

  /** Where the log ends now. */
  end(): number {
    return this.#opened().end.get() ?? 0;
  }

  changesAfter(end: number): LoggedChange[] {
    return this.#opened().after.all(end);
  }

  ids(): Set<Id> {
    return new Set(this.changesAfter(0).map(({ id }) => id));
  }

  async round({ isCut, onStep }: RoundFaults = {}): Promise<RoundOutcome | PowerCut> {
    const { sync, steps } = this.#opened();
    let count = 0;
    const cuts: PowerCut[] = [];
    steps.now = (step) => {
      // What a round still does after the power is gone did not happen.
      if (cuts[0] !== undefined) throw cuts[0];
      if (isCut?.(step, count) === true) {
        copyFolder(this.library, this.#left('library'));
        copyFolder(this.folder, this.#left('shared'));
        cuts.push(new PowerCut(step));
        throw cuts[0]!;
      }
      count += 1;
      onStep?.(step);
    };
    try {
      const outcome = await sync.round();
      if (cuts.length === 0) return outcome;
    } catch (thrown) {
      if (cuts.length === 0) throw thrown;
    } finally {
      steps.now = () => undefined;
    }
    this.close();
    copyFolder(this.#left('library'), this.library);
    putBack(this.#left('shared'), this.folder);
    return cuts[0]!;
  }

  /** What the machine says of itself that others do not have yet. */
  unshared(): number {
    return this.#opened().sync.unshared();
  }

  backUp(): void {
    copyFolder(this.library, this.#left('backup'));
  }

  get hasBackup(): boolean {
    return fs.existsSync(this.#left('backup'));
  }

  /** Answers the changes that are no longer there. */
  setBack(how: SetBack): Id[] {
    const before = this.ids();
    this.close();
    if (how === 'library') copyFolder(this.#left('backup'), this.library);
    else {
      const database = how === 'replica' ? 'replica.db' : 'state.db';
      for (const name of filesIn(this.library)) {
        if (name.startsWith(database)) fs.rmSync(path.join(this.library, name));
      }
    }
    if (how === 'replica') {
      for (const name of filesIn(this.#left('backup'))) {
        if (!name.startsWith('replica.db')) continue;
        fs.copyFileSync(path.join(this.#left('backup'), name), path.join(this.library, name));
      }
    }
    const after = this.ids();
    return [...before].filter((id) => !after.has(id));
  }

  /** Copies the library as it is to another machine's place. */
  copyLibraryTo(place: string): void {
    copyFolder(this.library, libraryAt(place));
  }

  close(): void {
    this.#running?.raw.close();
    this.#running?.store.close();
    this.#running = null;
  }

  #opened(): Running {
    this.#running ??= start(this.#options, this.library, this.teamFile);
    return this.#running;
  }

  #left(what: string): string {
    return path.join(this.#place, `left-${what}`);
  }
}

interface Running {
  readonly store: LibraryStore;
  readonly raw: Database.Database;
  readonly sync: TeamSync;
  readonly steps: { now: (step: string) => void };
  readonly end: Database.Statement<[], number>;
  readonly after: Database.Statement<[number], LoggedChange>;
}

function start(options: MachineOptions, directory: string, file: string): Running {
  const { now, name: hostName } = options;
  const store = openStore({ directory, logger: silentLogger, now, create: false });
  const raw = new Database(path.join(directory, 'replica.db'), { readonly: true });
  const steps: Running['steps'] = { now: () => undefined };
  const sync = options.createSync({
    ...{ store, file, now, hostName, settleMs: 0, retryMs: 0, logger: silentLogger },
    breathe: () => Promise.resolve(),
    onStep: (step) => steps.now(step),
    onNotice: (message) => options.trace(`${hostName} is told: ${message}`),
  });
  return {
    ...{ store, raw, sync, steps },
    end: raw.prepare<[], number>('select max(rowid) from changes').pluck(),
    after: raw.prepare('select id, hex(sha256) as sha256 from changes where rowid > ?'),
  };
}

function libraryAt(place: string): string {
  return path.join(place, 'library');
}

/** Makes a folder what it was, and leaves alone what still is. */
function putBack(from: string, folder: string): void {
  const names = new Set(filesIn(from));
  for (const name of filesIn(folder)) {
    if (!names.has(name)) fs.rmSync(path.join(folder, name));
  }
  for (const name of names) {
    const [source, target] = [path.join(from, name), path.join(folder, name)];
    const bytes = fs.readFileSync(source);
    if (readOrNull(target)?.equals(bytes) === true) continue;
    putWhole(target, bytes, fs.statSync(source).mtimeMs);
  }
}
