import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../../src-main/cli/run-cli.ts';
import type { Terminal } from '../../../src-main/cli/terminal.ts';
import { AppError, errorCodes } from '../../../src-main/contract/errors.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { LibraryHandle } from '../../../src-main/services/library-handle.ts';
import { hostileTexts } from '../../fixtures/hostile-texts.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { openReplica } from '../../fixtures/store/replicas.ts';
import { composeFakeApplication } from '../../integration/services/fake-application.ts';
import { password } from '../../integration/services/team.ts';
import { temporaryFolder } from '../../integration/services/workplace.ts';
import { libraryProblems } from '../ipc/house-rules.ts';
import { IdPool } from '../ipc/id-pool.ts';
import {
  keepNames,
  layOutFiles,
  noHub,
  openWorkplaceFor,
  type Workplace,
} from '../ipc/workplaces.ts';
import { commandLine } from './command-lines.ts';

/*
 * The command line, given anything: each line runs over an application of its own, as a process
 * does, on a library that the lines before it have left behind.
 */

const seed = testSeed();
const linesOfEach = Math.ceil(largeCount(10_000) / 2);
const linesOfLibrary = 250;
/** A command that still goes on by then is stopped, as by Ctrl+C. */
const patienceMs = 3_000;
const passwordDescriptor = '<password>';

beforeEach(() => {
  // Wrong passwords have to wait: that must not take as long here.
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('every command, given anything', () => {
  it.each([
    ['an admin', seed],
    ['an owner', seed + 1_000_003],
  ] as const)(
    'ends as it says, in a library with %s',
    async (seat, firstSeed) => {
      for (let run = 0; run < linesOfEach;) {
        const workplace = await openWorkplaceFor(seat);
        const lines = Math.min(linesOfLibrary, linesOfEach - run);
        await tryOut(workplace, lines, firstSeed + run);
        run += lines;
      }
    },
    1_800_000,
  );
});

/** Runs so many lines, and looks at the library that they leave behind. */
async function tryOut(workplace: Workplace, lines: number, firstSeed: number): Promise<void> {
  const { library, directory } = workplace;
  const folder = temporaryFolder();
  const pool = new IdPool();
  const { toRead, toWrite } = layOutFiles(folder);
  const paths = [...toRead, ...toWrite, '-', '', path.join(folder, '"quotes" ünd\u202e.csv')];
  const line = commandLine({ pool, paths, passwordDescriptor });
  for (let at = 0; at < lines; at += 1) {
    if (at % 20 === 0) pool.refresh(library.store());
    const [args] = fc.sample(line, { numRuns: 1, seed: firstSeed + 7 * at });
    const before = deedsIn(library);
    const ended = await run(args!, directory, folder, at);
    const isChanged = deedsIn(library) !== before;
    const problem = ended.bug ?? outputProblem(args!, ended) ?? changeProblem(ended, isChanged);
    if (problem !== null) {
      const shown = { args, ...ended };
      throw new Error(
        `${problem}\n${inspect(shown, { maxStringLength: 600, maxArrayLength: 40 })}`,
      );
    }
    vi.advanceTimersByTime(20 * 60_000);
  }
  expect(libraryProblems(library)).toEqual([]);
  await workplace.close();
}

/** How many changes there are, but for those that signing in makes by itself. */
function deedsIn(library: LibraryHandle): number {
  const { connection } = openReplica(library.store());
  const deeds = sql<{ count: number }>`
    select count(*) as count from changes where field <> 'last_login' and entity <> 'replica'`;
  const { count } = connection.first(deeds.compile(connection.query))!;
  connection.close();
  return count;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bug: string | null;
}

async function run(
  line: readonly string[],
  directory: string,
  folder: string,
  at: number,
): Promise<Ended> {
  const secret = path.join(folder, 'password.txt');
  writeFileSync(secret, `${at % 9 === 0 ? 'another password' : password}\n`);
  const descriptor = openSync(secret, 'r');
  const args = line.map((word) => word.replace(passwordDescriptor, String(descriptor)));
  // Nobody reads before the end, and a full stream would wait for somebody.
  const room = { highWaterMark: 2 ** 30 };
  const stdout = new PassThrough(room);
  const stderr = Object.assign(new PassThrough(room), { isTTY: at % 5 === 0 });
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new AppError('cancelled', 'Stopped.')), patienceMs);
  let bug: string | null = null;
  const logger = {
    ...silentLogger,
    error: (message: string, facts?: object) => {
      bug = `${message}: ${inspect(facts)}`;
    },
  };
  try {
    const code = await runCli(args, {
      terminal: { stdin: inputOf(at), stdout, stderr },
      columns: 80,
      version: '1.2.3',
      signal: stop.signal,
      compose: () => {
        const application = composeFakeApplication({ directory, ...noHub });
        keepNames(application);
        return { ...application, logger, dispose: () => application.close() };
      },
    });
    const textOf = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
    return { code, stdout: textOf(stdout), stderr: textOf(stderr), bug };
  } finally {
    clearTimeout(timer);
    closeSync(descriptor);
  }
}

/** What stands on standard input: texts, noise, prompts in CSV; on a terminal, what is typed. */
function inputOf(at: number): Terminal['stdin'] {
  const texts = [
    'Mow the lawn.',
    'text\nBrew it\n',
    '{"text": "a"}\n{"token_ids": [1, 2]}\nno JSON\n',
    '',
    `${password}\n${password}\n`,
    ...hostileTexts,
  ];
  const bytes = at % 11 === 0 ? Buffer.from([0xff, 0xfe, 0x00, 0xd8]) : texts[at % texts.length]!;
  const stdin = Readable.from([Buffer.from(bytes)]);
  return Object.assign(stdin, { isTTY: at % 5 === 0, setRawMode: () => stdin });
}

const documented = [0, 1, 2, 130];

function outputProblem(args: readonly string[], { code, stdout, stderr }: Ended): string | null {
  if (!documented.includes(code)) return `exit code ${code}`;
  if (stderr.includes('Something went wrong inside Autodoc')) return 'a bug';
  if (/^\s+at .*(:\d+:\d+|<anonymous>)/m.test(stderr + stdout)) return 'a stack trace';
  const isJson = args.includes('--json');
  if (code === 0) {
    const isHelp = args.includes('--help') || args.includes('-h') || args[0] === 'help';
    return isJson && !isHelp ? jsonProblem(stdout) : null;
  }
  // What a terminal shows for a while is taken away again before the error.
  const told = stderr.split('\n').filter((text) => text !== '');
  const last = told.at(-1)?.split('\u001b[K').at(-1) ?? '';
  if (!isJson) return last.startsWith('autodoc: ') ? null : 'no line that tells the error';
  try {
    const { error } = JSON.parse(last) as { error: { code: string; message: unknown } };
    if (error.code === 'internal') return 'a bug';
    if (typeof error.message !== 'string' || error.message === '') return 'no message';
    return (errorCodes as readonly string[]).includes(error.code) ? null : 'an unknown code';
  } catch {
    return 'an error that is no JSON';
  }
}

function jsonProblem(stdout: string): string | null {
  try {
    for (const line of stdout.split('\n')) if (line !== '') JSON.parse(line);
    return null;
  } catch {
    return 'a result that is no JSON';
  }
}

/** Who does not know how a command is used, or may not use it, has changed nothing. */
function changeProblem({ code, stderr }: Ended, isChanged: boolean): string | null {
  if (!isChanged) return null;
  if (code === 2) return 'a line that is not understood has changed something';
  const isRefused = code === 1 && /"code":"(not_allowed|sign_in_required)"/.test(stderr);
  return isRefused ? 'a refusal that has changed something' : null;
}
