import fs from 'node:fs';
import path from 'node:path';
import type { Dice } from '../dice.ts';
import { filesIn, putPart, putPlaceholder, putWhole, readOrNull } from '../files.ts';
import { conflictName, conflictStyles, type ConflictStyle } from './conflict-name.ts';
import type { Client, DownloadFaults, SyncService, SyncServiceKind } from './sync-service.ts';

/** A file on the server. */
interface Entry {
  /** Counts up with each change. */
  readonly version: number;
  /** Null: deleted. */
  readonly bytes: Buffer | null;
  readonly modifiedMs: number;
}

/** What a machine's client last knew to be the same on both sides. */
interface Base {
  readonly bytes: Buffer | null;
  readonly version: number;
  /** Of the file that was last found to hold `bytes`: an unchanged one is not read again. */
  stamp: string | null;
}

interface Collision {
  readonly client: Client;
  readonly name: string;
  readonly local: Buffer;
  readonly remote: Buffer;
}

const nothing: Base = { bytes: null, version: 0, stamp: null };
/** Earlier states of a file that a server or a share may show again. */
const keptStates = 12;

/** All four kinds: they differ in what becomes of a file that both sides changed. */
export class FolderService implements SyncService {
  readonly kind: SyncServiceKind;
  readonly #dice: Dice;
  readonly #style: ConflictStyle;
  /** Whether the files that programs make for a moment are copied like all others. */
  readonly #takesTemporaries: boolean;
  readonly #server = new Map<string, Entry>();
  readonly #states = new Map<string, Buffer[]>();
  readonly #bases = new Map<string, Map<string, Base>>();

  constructor(kind: SyncServiceKind, dice: Dice) {
    this.kind = kind;
    this.#dice = dice;
    this.#style = dice.pick(conflictStyles);
    this.#takesTemporaries = kind === 'network share' || dice.chance(0.2);
  }

  upload(client: Client): boolean {
    const bases = this.#basesOf(client);
    let isMoved = false;
    for (const name of this.#names(client, bases)) {
      const base = bases.get(name) ?? nothing;
      if (isUntouched(client, name, base)) continue;
      const local = readOrNull(path.join(client.folder, name));
      isMoved = true;
      if (this.#versionOf(name) === base.version) this.#push(client, name, local);
      else this.#settle(client, name, local);
    }
    return isMoved;
  }

  download(client: Client, faults?: DownloadFaults): boolean {
    const bases = this.#basesOf(client);
    let isMoved = false;
    for (const name of this.#server.keys()) {
      const base = bases.get(name) ?? nothing;
      if (this.kind === 'network share' && faults !== undefined) {
        this.#refresh(client, name);
        continue;
      }
      if (this.#versionOf(name) === base.version) continue;
      isMoved = true;
      if (isUntouched(client, name, base)) this.#pull(client, name, faults);
      else this.#settle(client, name, readOrNull(path.join(client.folder, name)));
    }
    return isMoved;
  }

  setBack(name: string, choose: (count: number) => number): boolean {
    const states = this.#states.get(name) ?? [];
    if (states.length < 2) return false;
    this.#put(name, states[choose(states.length - 1)]!, this.#server.get(name)?.modifiedMs ?? 0);
    return true;
  }

  spoil(name: string, change: (bytes: Buffer) => Buffer): boolean {
    const entry = this.#server.get(name);
    if (!entry?.bytes) return false;
    const { version, modifiedMs } = entry;
    this.#server.set(name, { version: version + 1, bytes: change(entry.bytes), modifiedMs });
    return true;
  }

  overlook(client: Client, name: string): void {
    const bases = this.#basesOf(client);
    const { version } = bases.get(name) ?? nothing;
    bases.set(name, { ...nothing, bytes: readOrNull(path.join(client.folder, name)), version });
  }

  /** Both sides changed. */
  #settle(client: Client, name: string, local: Buffer | null): void {
    const entry = this.#server.get(name);
    const remote = entry?.bytes ?? null;
    if (isSame(local, remote)) {
      const version = this.#versionOf(name);
      this.#basesOf(client).set(name, { ...nothing, bytes: local, version });
    } else if (this.kind === 'network share') {
      this.#push(client, name, local);
    } else if (local === null) {
      // What was changed outlives what was deleted.
      this.#pull(client, name);
    } else if (remote === null) {
      this.#push(client, name, local);
    } else this.#collide({ client, name, local, remote });
  }

  #collide({ client, name, local, remote }: Collision): void {
    switch (this.kind) {
      case 'conflict copies':
        // Some services let the first stand, some the newer by the machines' clocks.
        if (this.#dice.chance(0.3)) {
          this.#copyAside(client, name, remote);
          this.#push(client, name, local);
        } else {
          this.#copyAside(client, name, local);
          this.#pull(client, name);
        }
        return;
      case 'local wins':
        if (this.#dice.chance(0.5)) this.#copyAside(client, name, remote);
        this.#push(client, name, local);
        return;
      case 'silent overwrite':
        if (this.#dice.chance(0.5)) this.#push(client, name, local);
        else this.#pull(client, name);
        return;
      case 'network share':
        this.#push(client, name, local);
    }
  }

  #copyAside(client: Client, name: string, bytes: Buffer): void {
    const isTaken = (candidate: string) =>
      this.#server.has(candidate) || readOrNull(path.join(client.folder, candidate)) !== null;
    const from = { machine: client.machine, nowMs: client.now() };
    const copy = conflictName(this.#style, name, from, isTaken);
    putWhole(path.join(client.folder, copy), bytes, client.now());
    this.#push(client, copy, bytes);
  }

  #push(client: Client, name: string, bytes: Buffer | null): void {
    const version = this.#put(name, bytes, client.now());
    this.#basesOf(client).set(name, { ...nothing, bytes, version });
  }

  #put(name: string, bytes: Buffer | null, modifiedMs: number): number {
    const version = this.#versionOf(name) + 1;
    this.#server.set(name, { version, bytes, modifiedMs });
    if (bytes !== null) {
      this.#states.set(name, [...(this.#states.get(name) ?? []), bytes].slice(-keptStates));
    }
    return version;
  }

  #pull(client: Client, name: string, faults?: DownloadFaults): void {
    const { bytes, version, modifiedMs } = this.#server.get(name)!;
    const bases = this.#basesOf(client);
    const before = bases.get(name) ?? nothing;
    const file = path.join(client.folder, name);
    if (bytes === null) {
      fs.rmSync(file, { force: true });
      bases.set(name, { ...nothing, bytes, version });
      return;
    }
    if (faults?.isPlaceholder(name) === true) {
      putPlaceholder(file, bytes.length, modifiedMs);
      const empty = Buffer.alloc(bytes.length);
      bases.set(name, { ...nothing, bytes: empty, version: before.version });
      return;
    }
    const torn = faults?.tornAt(name, bytes.length) ?? null;
    if (torn !== null) {
      const part = bytes.subarray(0, torn);
      putPart(file, part, modifiedMs);
      // Taken for the whole, or gone on with at the next chance.
      const known = faults?.staysTorn() === true ? version : before.version;
      bases.set(name, { ...nothing, bytes: part, version: known });
      return;
    }
    putWhole(file, bytes, modifiedMs);
    bases.set(name, { ...nothing, bytes, version });
  }

  /** A share shows each machine what it likes: what is there, what was there, or no change. */
  #refresh(client: Client, name: string): void {
    const seen = this.#dice.weighted({ now: 5, before: 2, unchanged: 3 });
    const states = this.#states.get(name) ?? [];
    if (seen === 'unchanged') return;
    if (seen === 'now' || states.length === 0) {
      if (!isCurrent(this.#basesOf(client).get(name), this.#versionOf(name))) {
        this.#pull(client, name);
      }
      return;
    }
    const bytes = this.#dice.pick(states);
    putWhole(path.join(client.folder, name), bytes, client.now());
    this.#basesOf(client).set(name, { ...nothing, bytes, version: -1 });
  }

  #names(client: Client, bases: ReadonlyMap<string, Base>): Iterable<string> {
    const local = filesIn(client.folder).filter(
      (name) => this.#takesTemporaries || !/^\.|^~/.test(name),
    );
    const known = [...bases].filter(([, { bytes }]) => bytes !== null).map(([name]) => name);
    return new Set([...local, ...known]);
  }

  #versionOf(name: string): number {
    return this.#server.get(name)?.version ?? 0;
  }

  #basesOf(client: Client): Map<string, Base> {
    const bases = this.#bases.get(client.machine) ?? new Map<string, Base>();
    this.#bases.set(client.machine, bases);
    return bases;
  }
}

function isCurrent(base: Base | undefined, version: number): boolean {
  return base?.version === version;
}

/** Whether a file holds what both sides last had. */
function isUntouched({ folder }: Client, name: string, base: Base): boolean {
  const file = path.join(folder, name);
  const found = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return base.bytes === null;
  const stamp = [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
  if (base.stamp === stamp) return true;
  if (!isSame(readOrNull(file), base.bytes)) return false;
  base.stamp = stamp;
  return true;
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  if (one === null || other === null) return one === other;
  return one.equals(other);
}
