import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src-main/contract/errors.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { joinLibrary } from '../../src-main/sync/making/make-library.ts';
import type { TeamSync, TeamSyncOptions } from '../../src-main/sync/types.ts';
import { createDice, type Dice } from './dice.ts';
import { copyFolder, putWhole } from './files.ts';
import { Ledger } from './ledger.ts';
import { Machine } from './machine.ts';
import { people } from './people.ts';
import { FolderService } from './services/folder-service.ts';
import { syncServiceKinds, type SyncService } from './services/sync-service.ts';
import { mostMachines, startMs, type Templates } from './templates.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** What may go wrong; each schedule has some of it. */
export const faults = [
  'crashes',
  'changes during a round',
  'torn downloads',
  'placeholders',
  'flipped bits',
  'cut files',
  'stale sidecars',
  'deletions',
  'older server files',
  'older libraries',
  'clones',
  'machines that are off',
  'newer versions',
  'other files in its place',
] as const;
export type Fault = (typeof faults)[number];

export interface WorldOptions {
  readonly seed: number;
  /** A folder of the schedule's own. */
  readonly folder: string;
  readonly templates: Templates;
  readonly createSync: (options: TeamSyncOptions) => TeamSync;
  /** What goes wrong, where the seed is not to say. */
  readonly faults?: readonly Fault[] | undefined;
  readonly trace: (line: string) => void;
}

/** Everything that a schedule is played with. */
export class World {
  readonly dice: Dice;
  readonly accountsAreOn: boolean;
  readonly service: SyncService;
  readonly ledger = new Ledger();
  readonly machines: Machine[] = [];
  readonly faults: ReadonlySet<Fault>;
  readonly templates: Templates;
  readonly trace: (line: string) => void;
  /** Files in the shared folder that are nobody's business, and what is in them. */
  readonly untouchable = new Map<string, Buffer>();
  /** Machines in whose team file a bit has flipped that the service did not see. */
  readonly spoilt = new Set<Machine>();
  readonly #options: WorldOptions;
  #nowMs = startMs;

  constructor(options: WorldOptions) {
    const { seed, templates, folder, trace } = options;
    this.#options = options;
    this.templates = templates;
    this.trace = trace;
    const dice = (this.dice = createDice(seed));
    this.accountsAreOn = dice.chance(0.25);
    this.service = new FolderService(dice.pick(syncServiceKinds), dice);
    const often = dice.pick([0, 0.2, 0.5, 0.8]);
    const drawn = faults.filter(() => dice.chance(often));
    this.faults = new Set(options.faults ?? drawn);
    const template = this.accountsAreOn ? templates.withAccounts : templates.open;
    const count = 5 + dice.whole(3);
    for (let index = 0; index < count; index += 1) {
      const place = path.join(folder, `machine-${index}`);
      copyFolder(template.libraryOf(index), path.join(place, 'library'));
      this.#add(place, `PC${index}`, index);
    }
    trace(
      `seed ${seed}: ${this.service.kind}, ${count} machines, accounts ${this.accountsAreOn ? 'on' : 'off'}, ` +
        `faults: ${[...this.faults].join(', ')}`,
    );
    this.#layOut();
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  pass(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }

  get running(): readonly Machine[] {
    return this.machines.filter(({ isOff }) => !isOff);
  }

  has(fault: Fault): boolean {
    return this.faults.has(fault);
  }

  /** Another machine with all that this one has, down to what it calls itself. */
  clone(machine: Machine): Machine | null {
    if (this.machines.length >= mostMachines) return null;
    const index = this.machines.length;
    const place = path.join(this.#options.folder, `machine-${index}`);
    machine.copyLibraryTo(place);
    return this.#add(place, `PC${index}`, people.indexOf(machine.person));
  }

  /** A new machine that has the shared folder and makes its library from the team file there. */
  async join(): Promise<Machine | null> {
    if (this.machines.length >= mostMachines) return null;
    const index = this.machines.length;
    const place = path.join(this.#options.folder, `machine-${index}`);
    const machine = this.#add(place, `PC${index}`, index);
    this.service.download(machine);
    try {
      const request = { directory: machine.library, file: machine.teamFile, values: {} };
      const work = { signal: new AbortController().signal, onProgress: () => undefined };
      await joinLibrary(request, work, silentLogger);
      return machine;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      // There is no file, or a damaged one: another day.
      this.machines.pop();
      return null;
    }
  }

  close(): void {
    for (const machine of this.machines) machine.close();
  }

  #add(place: string, name: string, person: number): Machine {
    const { createSync, trace } = this.#options;
    const now = this.#clock();
    const machine = new Machine({ place, name, person: people[person]!, now, createSync, trace });
    this.machines.push(machine);
    return machine;
  }

  /**
   * A clock that is wrong by up to ten days and goes a little too fast or too slow. Where changes
   * must be signed, by hours: what is written long before accounts were switched on counts for
   * nothing, by the rules.
   */
  #clock(): () => number {
    const { dice } = this;
    const most = this.accountsAreOn ? 20 * hourMs : 10 * dayMs;
    const isRight = dice.chance(0.3);
    const wrongMs = isRight ? 0 : dice.between(this.accountsAreOn ? 0 : -most, most);
    const drift = isRight ? 0 : dice.between(-0.02, 0.02);
    return () => Math.round(this.#nowMs + wrongMs + drift * (this.#nowMs - startMs));
  }

  /** What lies in the folder that is another team's, or somebody's own. */
  #layOut(): void {
    const [first] = this.machines as [Machine, ...Machine[]];
    const foreign = fs.readFileSync(this.templates.foreignFile);
    this.untouchable.set('Elsewhere.db', foreign);
    this.untouchable.set('Elsewhere (conflicted copy 2026-11-19 101500).db', foreign);
    this.untouchable.set('Notes.txt', Buffer.from('Milk, bread, salt.'));
    for (const [name, bytes] of this.untouchable) {
      putWhole(path.join(first.folder, name), bytes, startMs);
    }
    this.service.upload(first);
    for (const machine of this.machines) this.service.download(machine);
  }
}
