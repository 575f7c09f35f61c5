import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import type { MadeTeam } from './made-team.ts';

/*
 * What may lie where a team file should, and what a disk may refuse.
 */

export interface Scene {
  readonly team: MadeTeam;
  readonly folder: string;
  readonly file: string;
}

type Random = () => number;

export interface Damage {
  readonly name: string;
  /** Makes the scene; answers the disk where it is one that refuses something. */
  readonly apply: (scene: Scene, random: Random) => Disk | null;
  /** Whether what lies there is not ours, so that it must stay as it is. */
  readonly isOthers: boolean;
  /** What lies at the team file's place, in words that are equal when it is untouched. */
  readonly look: (scene: Scene) => string;
  /** Puts right what a person would have to. */
  readonly undo?: (scene: Scene) => void;
}

const below = (random: Random, limit: number) => Math.floor(random() * limit);

function bytesOf({ file }: Scene): string {
  const found = fs.lstatSync(file);
  if (found.isSymbolicLink()) return `link to ${fs.readlinkSync(file)}`;
  if (found.isDirectory()) return `folder of ${fs.readdirSync(file).join()}`;
  if (!found.isFile()) return `mode ${found.mode}`;
  if (found.size > 100_000_000) return `${found.size} bytes`;
  return fs.readFileSync(file).toString('base64');
}

/** Ours, damaged: it is kept aside and replaced. */
function ours(name: string, change: (bytes: Buffer, random: Random) => Buffer): Damage {
  return {
    ...{ name, isOthers: false, look: bytesOf },
    apply({ file, team }, random) {
      fs.writeFileSync(file, change(Buffer.from(team.newer), random));
      return null;
    },
  };
}

/** Not ours: it stays until a person moves it away. */
function others(name: string, put: (scene: Scene, random: Random) => void): Damage {
  return {
    ...{ name, isOthers: true, look: bytesOf },
    apply(scene, random) {
      put(scene, random);
      return null;
    },
    undo: ({ file }) => fs.rmSync(file, { recursive: true, force: true }),
  };
}

/** A whole file on a disk that refuses something. */
function refusing(
  name: string,
  code: string,
  refused: (random: Random) => readonly (keyof Disk)[],
): Damage {
  return {
    ...{ name, isOthers: false, look: bytesOf },
    apply({ file, team }, random) {
      fs.writeFileSync(file, team.newer);
      const methods = refused(random);
      const plain: Record<keyof Disk, (...given: never[]) => unknown> = nodeDisk;
      // From some call on: a disk fills up while it is written to.
      let left = below(random, 4);
      const refusals = methods.map((method) => [
        method,
        (...parameters: never[]) => {
          const isCleaning = method === 'remove' || method === 'removeFolder';
          if (left-- <= 0 && !isCleaning) throw Object.assign(new Error(code), { code });
          return plain[method](...parameters);
        },
      ]);
      return { ...nodeDisk, ...(Object.fromEntries(refusals) as Partial<Disk>) };
    },
  };
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  for (let count = 1 + below(random, 12); count > 0; count--) {
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
  }
  return bytes;
}

const pageBytes = 4_096;

function page(bytes: Buffer, random: Random): Buffer {
  const at = below(random, bytes.length / pageBytes) * pageBytes;
  return bytes.subarray(at, at + pageBytes);
}

export const kinds: readonly Damage[] = [
  ours('flipped bits', flipBits),
  ours('one flipped bit in the first page', (bytes, random) => {
    const at = below(random, 200);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    return bytes;
  }),
  ours('zeroed pages', (bytes, random) => {
    for (let count = 1 + below(random, 6); count > 0; count--) page(bytes, random).fill(0);
    return bytes;
  }),
  ours('pages of others in its place', (bytes, random) => {
    for (let count = 1 + below(random, 4); count > 0; count--) {
      Buffer.from(page(bytes, random)).copy(page(bytes, random));
    }
    return bytes;
  }),
  ours('pages of noise', (bytes, random) => {
    const place = page(bytes, random);
    for (let at = 0; at < place.length; at++) place[at] = below(random, 256);
    return bytes;
  }),
  ours('a truncated end', (bytes, random) => bytes.subarray(0, below(random, bytes.length))),
  ours('something behind its end', (bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(1 + below(random, 20_000), below(random, 256))]),
  ),
  ours('nothing in it', (_bytes, random) => Buffer.alloc(random() < 0.5 ? 0 : 100_000)),
  {
    ...{ name: 'stale sidecars', isOthers: false, look: bytesOf },
    apply({ file, team }, random) {
      fs.writeFileSync(file, team.newer);
      const noise = Buffer.from(team.older.subarray(0, 8_192 + below(random, 40_000)));
      const ending = random() < 0.5 ? '-wal' : '-journal';
      if (ending === '-wal') Buffer.from('377f0682', 'hex').copy(noise);
      else Buffer.from('d9d505f920a163d7', 'hex').copy(noise);
      fs.writeFileSync(file + ending, random() < 0.5 ? noise : flipBits(noise, random));
      return null;
    },
  },
  {
    ...{ name: 'a journal of the older file', isOthers: false, look: bytesOf },
    apply({ file, team }, random) {
      // As a file is left that somebody opened in place with another program and was killed.
      const script = `
        const Database = require('better-sqlite3');
        const db = new Database(process.argv[1]);
        db.pragma('journal_mode = ' + process.argv[2]);
        db.exec('create table if not exists theirs(x); insert into theirs values (zeroblob(20000))');
        if (process.argv[2] === 'delete') db.exec('begin; pragma cache_size = 1; insert into theirs values (zeroblob(900000)); delete from users');
        process.kill(process.pid, 'SIGKILL');`;
      fs.writeFileSync(file, team.older);
      spawnSync(process.execPath, ['-e', script, file, random() < 0.5 ? 'wal' : 'delete']);
      if (random() < 0.5) fs.writeFileSync(file, team.newer);
      return null;
    },
  },
  others('another team’s file', ({ file, team }) => fs.writeFileSync(file, team.foreign)),
  others('another team’s file with flipped bits', ({ file, team }, random) => {
    // Where its name still tells whose it is.
    for (;;) {
      const bytes = flipBits(Buffer.from(team.foreign), random);
      fs.writeFileSync(file, bytes);
      const name = bytes.indexOf('{"library_id"');
      const was = team.foreign.indexOf('{"library_id"');
      const isNamed = bytes.subarray(was, was + 200).equals(team.foreign.subarray(was, was + 200));
      if (
        name === was &&
        isNamed &&
        bytes.subarray(0, 4_096).equals(team.foreign.subarray(0, 4_096))
      )
        return;
    }
  }),
  others('somebody’s text', ({ file }, random) =>
    fs.writeFileSync(file, 'Dear diary, '.repeat(1 + below(random, 10_000))),
  ),
  others('a huge file', ({ file }, random) => {
    fs.writeFileSync(file, Buffer.from('PK\u0003\u0004 an archive '.repeat(100)));
    fs.truncateSync(file, (1 + below(random, 60)) * 1024 ** 3);
  }),
  others('a folder', ({ file }, random) => {
    fs.mkdirSync(file);
    if (random() < 0.5) fs.writeFileSync(path.join(file, 'theirs.txt'), 'theirs');
  }),
  others('a link that leads nowhere, in a circle or to a folder', ({ file, folder }, random) =>
    fs.symlinkSync([`${folder}/nothing`, file, folder][below(random, 3)] ?? file, file),
  ),
  others('no plain file', ({ file }) => {
    spawnSync('mkfifo', [file]);
  }),
  {
    ...others('a file marked as not to be written', ({ file, team }) => {
      // So that there is something to share at once.
      fs.writeFileSync(file, team.empty);
      fs.chmodSync(file, 0o444);
    }),
    undo: ({ file }) => fs.chmodSync(file, 0o644),
  },
  refusing('a file that may not be read', 'EACCES', () => ['read', 'copy']),
  refusing('a folder that may not be looked into', 'EACCES', () => ['list']),
  refusing('a folder that may not be written to', 'EROFS', () => ['rename']),
  refusing('a disk that is full', 'ENOSPC', () => ['copy', 'write', 'makeFolder', 'flush']),
  refusing('a disk that fails', 'EIO', (random) => [
    (['read', 'copy', 'list', 'look', 'flush', 'rename', 'write'] as const)[below(random, 7)] ??
      'copy',
  ]),
  {
    ...{ name: 'a folder that vanishes', isOthers: false, look: () => '' },
    apply({ folder }) {
      fs.rmdirSync(folder);
      return null;
    },
    undo: ({ folder }) => fs.mkdirSync(folder),
  },
];
