import Database from 'better-sqlite3';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/*
 * One instance for each user data folder. The lock is an exclusive transaction on an SQLite
 * file: the system frees it with the process, however that ends. A second instance leaves its
 * command line as a file, in a folder that the first one watches: like Electron's own
 * notification, it is delivered by the time that `requestSingleInstanceLock` has returned.
 */

export interface SecondInstance {
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  readonly additionalData: unknown;
}

export class SingleInstance {
  readonly #lockFile: string;
  readonly #letterbox: string;
  #lock: Database.Database | null = null;
  #stopWatching: (() => void) | null = null;

  constructor(userData: string) {
    this.#lockFile = path.join(userData, 'SingletonLock');
    this.#letterbox = path.join(userData, 'SingletonLetters');
    mkdirSync(this.#letterbox, { recursive: true });
  }

  get isHeld(): boolean {
    return this.#lock !== null;
  }

  /** Takes the lock, or tells the instance that has it about this one. */
  request(self: SecondInstance, onSecond: (second: SecondInstance) => void): boolean {
    if (this.isHeld) return true;
    const lock = new Database(this.#lockFile, { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch {
      lock.close();
      this.#post(self);
      return false;
    }
    this.#lock = lock;
    this.#receive(onSecond);
    return true;
  }

  release(): void {
    this.#stopWatching?.();
    this.#lock?.close();
    this.#lock = null;
  }

  #post(letter: SecondInstance): void {
    const name = `${process.pid}-${Date.now()}`;
    const unfinished = path.join(this.#letterbox, `${name}.part`);
    writeFileSync(unfinished, JSON.stringify(letter));
    renameSync(unfinished, path.join(this.#letterbox, `${name}.json`));
  }

  #receive(onSecond: (second: SecondInstance) => void): void {
    // What lies there was meant for an instance that is gone.
    this.#takeLetters();
    const watcher = watch(this.#letterbox, () => this.#takeLetters().forEach(onSecond));
    this.#stopWatching = () => watcher.close();
  }

  #takeLetters(): SecondInstance[] {
    return readdirSync(this.#letterbox)
      .filter((name) => name.endsWith('.json'))
      .map((name) => {
        const file = path.join(this.#letterbox, name);
        const letter = JSON.parse(readFileSync(file, 'utf8')) as SecondInstance;
        rmSync(file);
        return letter;
      });
  }
}
