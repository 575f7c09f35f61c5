import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import type { Id } from '../../src-main/contract/domain.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { applicationId } from '../../src-main/store/database/migrate.ts';
import { derivedTables } from '../../src-main/store/projection/derived-tables.ts';
import { closeTeamFile, openTeamFile } from '../../src-main/store/team-file/open-team-file.ts';
import { readFileShape } from '../../src-main/store/team-file/file-shape.ts';
import { temporaryName } from '../../src-main/sync/private-folder.ts';
import { isSoak } from '../fixtures/scale.ts';
import { filesIn, readOrNull } from './files.ts';
import { teamFileName, type Machine } from './machine.ts';
import type { World } from './world.ts';

/*
 * What must hold at the end of every schedule.
 */

const hourMs = 60 * 60_000;
/** As many as anybody reads. */
const mostProblems = 12;

/** What every change is called, in one text: equal texts are equal logs. */
function idsOf({ raw }: Machine): string {
  const ids = raw.prepare<[], string>('select id from changes order by id').pluck().all();
  return ids.join(' ');
}

/** The names that should be in each folder at the end, and are not; and the other way round. */
function untidyFiles(world: World): string[] {
  const expected = new Set([teamFileName, ...world.untouchable.keys()]);
  return world.machines.flatMap((machine) => {
    const found = filesIn(machine.folder);
    return [
      ...found
        .filter((name) => !expected.has(name) && !mayStay(world, machine, name, found))
        .map((name) => `${machine.machine}: ${name} is left behind`),
      ...[...expected]
        .filter((name) => !found.includes(name))
        .map((name) => `${machine.machine}: ${name} is gone`),
    ];
  });
}

/**
 * A conflict copy that is damaged or has something beside it stays where it is: nobody can tell
 * that all of it was merged. What lies beside the team file for SQLite stays until the file is
 * replaced.
 */
function mayStay(world: World, machine: Machine, name: string, found: readonly string[]): boolean {
  const sidecars = ['-wal', '-journal', '-shm'];
  const hasSidecar = sidecars.some((suffix) => found.includes(name + suffix));
  const isSidecar = sidecars.some((suffix) => name.includes(`.db${suffix}`));
  if (hasSidecar || isSidecar) return true;
  // Whoever finds what another machine has begun clears it up an hour after the date that it bears:
  // that of a machine whose clock is ahead, where a service has carried it on.
  if (temporaryName.test(name)) return modifiedMs(machine, name) > Date.now() - 2 * hourMs;
  if (!name.startsWith('Team')) return false;
  // Whoever reads it for the first time may not even see whose it was.
  const outcomes = world.machines.map(({ store }) => store.team.seenFiles.get(name)?.outcome);
  return outcomes.includes('damaged') || !isWholeOfOurs(path.join(machine.folder, name));
}

function modifiedMs({ folder }: Machine, name: string): number {
  return fs.statSync(path.join(folder, name)).mtimeMs;
}

function isWholeOfOurs(file: string): boolean {
  const shape = readFileShape(file);
  return shape?.isWhole === true && shape.applicationId === applicationId;
}

export interface Verdict {
  readonly problems: readonly string[];
  /** Changes that only ever lived on a machine that was set back. */
  readonly gone: number;
}

export function judgeEnd(world: World): Verdict {
  const { ledger, machines } = world;
  const logs = machines.map((machine) => new Map(logOf(machine)));
  const gone = new Set<Id>();
  const problems: string[] = [];
  for (const { id, sha256, machine, what } of ledger.changes()) {
    const lacking = machines.filter((_, at) => logs[at]!.get(id)?.startsWith(sha256) !== true);
    if (lacking.length === machines.length && ledger.isExcused(id)) gone.add(id);
    else if (lacking.length > 0) {
      const where = lacking.map((one) => one.machine).join(', ');
      problems.push(`lost: ${id} (${what} at ${machine}) is not on ${where}`);
    }
  }
  problems.push(...divergence(machines), ...derivedDivergence(machines), ...untidyFiles(world));
  // Equal to each other they are found to be: every log and table of some is looked into.
  const verified = isSoak ? machines : world.dice.shuffled(machines).slice(0, 2);
  for (const machine of verified) problems.push(...verifyProblems(machine, gone.size > 0));
  for (const machine of machines) {
    problems.push(
      ...missingWords(world, machine),
      ...touchedFiles(world, machine),
      ...collisions(machine),
      ...emptied(machine),
      ...unshared(machine),
    );
  }
  problems.push(...fileProblems(world));
  return { problems: problems.slice(0, mostProblems), gone: gone.size };
}

/** Each change's id with its hash, its signature, and whether its value is there. */
function logOf({ raw }: Machine): [Id, string][] {
  return raw
    .prepare<[], [Id, string]>(
      `select id, hex(sha256) || coalesce(hex(signature), '-') || (value is null) from changes order by id`,
    )
    .raw()
    .all();
}

function divergence(machines: readonly Machine[]): string[] {
  const texts = machines.map((machine) => JSON.stringify(logOf(machine)));
  return machines.flatMap(({ machine }, at) =>
    texts[at] === texts[0] ? [] : [`diverged: the log of ${machine} is not ${nameOf(machines)}’s`],
  );
}

function derivedDivergence(machines: readonly Machine[]): string[] {
  return derivedTables.flatMap((table) => {
    const rows = machines.map(({ raw }) =>
      raw.prepare<[], { id: Id }>(`select * from ${table} order by id`).all(),
    );
    const texts = rows.map((each) => each.map((row) => JSON.stringify(row)));
    return machines.flatMap(({ machine }, at) => {
      const other = firstDifference(texts[0]!, texts[at]!);
      return other === null
        ? []
        : [
            `diverged: ${table} of ${machine} is not ${nameOf(machines)}’s: ${other.map((row) => row.slice(0, 300)).join(' | ')}`,
          ];
    });
  });
}

function nameOf(machines: readonly Machine[]): string {
  return machines[0]!.machine;
}

function firstDifference(one: readonly string[], other: readonly string[]): string[] | null {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    if (one[at] !== other[at]) return [one[at] ?? 'no row', other[at] ?? 'no row'];
  }
  return null;
}

function verifyProblems({ machine, store }: Machine, isSomethingGone: boolean): string[] {
  const { problems } = store.verify();
  // Numbers that were given on a machine before it was set back are given to nothing any more.
  const tolerated = isSomethingGone ? /^log: replica .* lacks/ : /^$/;
  return problems
    .filter((problem) => !tolerated.test(problem))
    .map((problem) => `${machine}: ${problem}`);
}

/**
 * What a head brought into its document is in the text, or it stands beside the text: nothing
 * that came after it has taken it out.
 */
function missingWords({ ledger }: World, { machine, raw }: Machine): string[] {
  const superseded = new Set<Id>();
  const versions = raw
    .prepare<[], { id: Id; document_id: Id; parents: string }>(
      'select id, document_id, parents from versions',
    )
    .all();
  for (const { parents } of versions) {
    for (const id of JSON.parse(parents) as Id[]) superseded.add(id);
  }
  const beside = new Set(raw.prepare<[], Id>('select id from conflicts').pluck().all());
  const bodies = new Map(
    raw.prepare<[], [Id, string]>('select id, document_body from documents').raw().all(),
  );
  return versions
    .filter(({ id }) => !superseded.has(id) && !beside.has(id))
    .filter(({ id, document_id }) => {
      const word = ledger.wordOf(id);
      return word !== null && bodies.get(document_id)?.includes(word) !== true;
    })
    .map(({ id }) => `${machine}: the words of ${id} are neither in the text nor beside it`);
}

function touchedFiles({ untouchable }: World, { machine, folder }: Machine): string[] {
  return [...untouchable]
    .filter(([name, bytes]) => readOrNull(path.join(folder, name))?.equals(bytes) === false)
    .map(([name]) => `${machine}: ${name} was changed`);
}

function unshared(machine: Machine): string[] {
  const count = machine.unshared();
  return count === 0 ? [] : [`${machine.machine} says that ${count} changes are not shared`];
}

/** Only a purge takes a value away. */
function emptied({ machine, raw }: Machine): string[] {
  // One that does not count any more may have counted where it was made.
  const purges = raw
    .prepare<[], number>(`select count(*) from changes where entity = 'purge'`)
    .pluck()
    .get();
  const empty = raw
    .prepare<[], number>('select count(*) from changes where value is null')
    .pluck()
    .get();
  if (purges !== 0 || empty === 0) return [];
  return [`${machine}: ${empty ?? 0} values are gone, and nothing was purged`];
}

function collisions({ machine, raw }: Machine): string[] {
  // A torn file may bring a change with the end of its signature missing, which no hash covers: it
  // makes room for the whole one once that comes.
  const count = raw
    .prepare<[], number>(
      `select count(*) from change_collisions as aside
        where sha256 is not (select sha256 from changes where changes.id = aside.id)`,
    )
    .pluck()
    .get();
  return count === 0 ? [] : [`${machine}: ${count ?? 0} changes came with another hash`];
}

/** Rows of the log in a machine's team file that are not as they are in another machine's. */
function changedRows(machine: Machine, other: Machine): string[] {
  const files = [machine, other].map((each) =>
    openTeamFile({
      ...{ file: copyToLookAt(each), libraryId: each.store.libraryId, logger: silentLogger },
    }),
  );
  try {
    const [changed, whole] = files;
    if (changed?.kind !== 'sound' || whole?.kind !== 'sound') {
      return [`${machine.machine} has a damaged team file`];
    }
    const rows = [changed, whole].map(({ source }) =>
      [...source.ids()].map(({ id }) => {
        const { value: _value, base_id: _baseId, ...row } = source.change(id)!;
        return JSON.stringify([row, source.value(id)]);
      }),
    );
    const difference = firstDifference(rows[0]!, rows[1]!);
    if (difference === null) return [];
    return [`${machine.machine} has a changed row in its team file: ${difference.join(' | ')}`];
  } finally {
    for (const file of files) closeTeamFile(file);
  }
}

function copyToLookAt({ library, teamFile }: Machine): string {
  const copy = path.join(library, '..', 'looked-at.db');
  fs.copyFileSync(teamFile, copy);
  return copy;
}

/** The team file is one and the same everywhere, sound, and has everything. */
function fileProblems({ machines, spoilt }: World): string[] {
  const first = machines.find((machine) => !spoilt.has(machine)) ?? machines[0]!;
  const bytes = readOrNull(first.teamFile);
  if (bytes === null) return ['there is no team file'];
  const problems = machines
    .filter(({ teamFile }) => readOrNull(teamFile)?.equals(bytes) !== true)
    .flatMap((machine) => {
      if (!spoilt.has(machine)) return [`${machine.machine} has another team file`];
      // A bit may stay as it is that nobody reads.
      return changedRows(machine, first);
    });
  const copy = copyToLookAt(first);
  const database = new Database(copy, { readonly: true });
  try {
    if (database.pragma('integrity_check(1)', { simple: true }) !== 'ok') {
      problems.push('the team file is damaged');
    }
    const ids = database.prepare<[], Id>('select id from changes order by id').pluck().all();
    if (ids.join(' ') !== idsOf(first))
      problems.push('the team file has not what the libraries have');
  } catch (thrown) {
    problems.push(`the team file cannot be read: ${String(thrown)}`);
  } finally {
    database.close();
  }
  return problems;
}
