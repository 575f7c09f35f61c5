import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../../src-main/access/authorize.ts';
import { channels, type ChannelName } from '../../../src-main/contract/channels.ts';
import type { Result } from '../../../src-main/contract/errors.ts';
import { answer } from '../../../src-main/ipc/answer.ts';
import { exchangeHandlers } from '../../../src-main/ipc/exchange-handlers.ts';
import type { Handlers } from '../../../src-main/ipc/handlers.ts';
import type { Sent } from '../../../src-main/ipc/sender.ts';
import { serviceHandlers } from '../../../src-main/ipc/service-handlers.ts';
import { teamHandlers } from '../../../src-main/ipc/team-handlers.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { anyPayload, spoiled } from '../../fixtures/any-payload.ts';
import { hostileTexts } from '../../fixtures/hostile-texts.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { schemaArbitrary } from '../../fixtures/schema-arbitrary.ts';
import { emailOf, members, password } from '../../integration/services/team.ts';
import { temporaryFolder, until } from '../../integration/services/workplace.ts';
import {
  changeProblem,
  disclosureProblem,
  envelopeProblem,
  libraryProblems,
  look,
  pollution,
} from './house-rules.ts';
import { IdPool } from './id-pool.ts';
import { layOutFiles, openWorkplaceFor, seats, type Seat, type Workplace } from './workplaces.ts';

/*
 * Every channel, asked for everything by everybody, through the door that the window's requests
 * come by: what fits its schema (with ids of every kind, other people's, stale states), what
 * almost does, and what has nothing to do with it. The command line's lines are tried out
 * beside this, in tests/property/cli.
 */

const seed = testSeed();
const callsOfEach = Math.ceil(largeCount(90_000) / seats.length);
const callsOfLibrary = 1_000;
const callsBetweenLooks = 30;
const callsBetweenBursts = 25;
const callsAtOnce = 5;

const names = Object.keys(channels) as readonly ChannelName[];
const pool = new IdPool();
const chanceIn = (count: number): fc.Arbitrary<boolean> =>
  fc.noBias(fc.nat(count - 1)).map((chance) => chance === 0);
const hints = {
  id: pool.forKey,
  email: fc.oneof(
    fc.constantFrom(...members.map(emailOf), 'NOBODY@example.org', ' Ada@Example.ORG '),
    fc.emailAddress(),
    fc.constantFrom('"quotes"@x', 'ü@münchen', 'שלום@דוגמה', "o'neil@x"),
  ),
  password: fc.oneof(
    { arbitrary: fc.constant(password), weight: 2 },
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'grapheme', minLength: 10, maxLength: 30 }),
  ),
};

interface Call {
  readonly channel: ChannelName;
  readonly payload: unknown;
  readonly isForeign: boolean;
  /** Whether a payload is made to fit what the library has now. */
  readonly fits: boolean;
}

const payloads = new Map(
  names.map((name) => {
    const fitting = schemaArbitrary(channels[name].input, hints);
    const payload = fc.oneof(
      { arbitrary: fitting, weight: 6 },
      { arbitrary: spoiled(fitting), weight: 3 },
      { arbitrary: anyPayload, weight: 2 },
    );
    return [name, payload] as const;
  }),
);
/** Channels without an argument have little to say. */
const channel = fc.oneof(
  ...names.map((name) => ({
    arbitrary: fc.constant(name),
    weight: channels[name].input.type === 'undefined' ? 1 : 3,
  })),
);
const call: fc.Arbitrary<Call> = channel.chain((name) =>
  fc.record({
    channel: fc.constant(name),
    payload: payloads.get(name)!,
    isForeign: chanceIn(200),
    fits: fc.boolean(),
  }),
);

const own: Sent = {
  sender: { id: 1 },
  senderFrame: { url: 'app://autodoc/index.html', parent: null },
};
const foreign: Sent = { ...own, senderFrame: { url: 'https://evil.example/', parent: null } };

beforeEach(() => {
  // Wrong passwords have to wait: that must not take as long here.
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('every channel, asked for anything', () => {
  it.each(seats)(
    'answers %s with an envelope, and changes only what the table allows',
    async (seat) => {
      let made = 0;
      while (made < callsOfEach) {
        const workplace = await openWorkplaceFor(seat);
        made += await tryOut(workplace, seat, Math.min(callsOfLibrary, callsOfEach - made), made);
        await workplace.close();
      }
      expect(pollution()).toEqual([]);
    },
    1_800_000,
  );
});

/** Makes as many calls as can be made of this library. How many that were. */
async function tryOut(
  workplace: Workplace,
  seat: Seat,
  calls: number,
  madeBefore: number,
): Promise<number> {
  const { library } = workplace;
  const door = openDoor(workplace);
  pool.clear();
  let made = 0;
  const callsFrom = (count: number): readonly Call[] =>
    fc.sample(call, { numRuns: count, seed: seedOf(seat, madeBefore + made) });
  while (made < calls) {
    if (!(await workplace.sit())) break;
    if (made % callsBetweenLooks === 0 && library.exists()) pool.refresh(library.store());
    const isBurst = made % callsBetweenBursts === 0;
    const asked = callsFrom(isBurst ? callsAtOnce : 1);
    if (isBurst) await askAtOnce(workplace, door, seat, asked);
    else await askOne(workplace, door, seat, asked[0]!);
    made += asked.length;
  }
  expect(libraryProblems(library), seat).toEqual([]);
  return Math.max(made, 1);
}

/** Each seat is asked something else. */
function seedOf(seat: Seat, at: number): number {
  return (seed + 1_000_003 * seats.indexOf(seat) + 7 * at) | 0;
}

/** One call, and all that holds of it. */
async function askOne(
  workplace: Workplace,
  door: Door,
  seat: Seat,
  { channel, payload: given, isForeign, fits }: Call,
): Promise<void> {
  const { services, library } = workplace;
  const payload = fits ? madeToFit(given, workplace) : given;
  const before = look(library, services.principal());
  const result = await door.ask(channel, isForeign ? foreign : own, payload);
  const after = look(library, services.principal());
  const reader = readerOf(before.principal, after.principal);
  const problem =
    door.bug() ??
    envelopeProblem(result) ??
    (isForeign && result.ok ? 'a stranger to the window was answered' : null) ??
    changeProblem(channel, !result.ok, before, after) ??
    (result.ok ? disclosureProblem(library, reader, result.value) : null);
  if (problem !== null) throw new Error(story(problem, seat, channel, payload, result));
  if (!result.ok) return;
  pool.handOut(result.value);
  keepPassword(workplace, channel, before.principal, payload);
}

/** Calls that do not wait for each other: what each changed cannot be told apart. */
async function askAtOnce(
  workplace: Workplace,
  door: Door,
  seat: Seat,
  calls: readonly Call[],
): Promise<void> {
  const { principal } = look(workplace.library, workplace.services.principal());
  await Promise.all(
    calls.map(async ({ channel, payload }) => {
      const result = await door.ask(channel, own, payload);
      const problem = door.bug() ?? envelopeProblem(result);
      if (problem !== null) throw new Error(story(problem, seat, channel, payload, result));
      if (result.ok) keepPassword(workplace, channel, principal, payload);
    }),
  );
}

/** Who may read what is answered: signing in answers who has just come. */
function readerOf(before: Principal, after: Principal): Principal {
  return before.kind === 'user' || before.kind === 'owner' ? before : after;
}

type Door = ReturnType<typeof openDoor>;

function openDoor({ services, library }: Workplace) {
  const { toRead, toWrite } = layOutFiles(temporaryFolder());
  const counts = { read: 0, written: 0 };
  const running = new Set<string>();
  let bug: string | null = null;
  services.events.on('job:changed', ({ job_id, kind, state, message }) => {
    if (state === 'running') running.add(job_id);
    else running.delete(job_id);
    if (state === 'failed' && message.startsWith('Something went wrong')) bug = `a bug in ${kind}`;
  });
  const dialogs = {
    toRead: () => Promise.resolve(toRead[counts.read++ % (toRead.length + 1)] ?? null),
    toWrite: () => Promise.resolve(toWrite[counts.written++ % (toWrite.length + 1)] ?? null),
  };
  const handlers: Handlers = serviceHandlers(services, {
    ...exchangeHandlers(services, dialogs),
    ...teamHandlers(services, dialogs),
    'models:choose-folder': () => null,
    'folders:show': () => null,
    'window:ready-to-close': () => null,
    'window:hold-open': () => null,
  });
  const logger = {
    ...silentLogger,
    error: (message: string, facts?: object) => {
      bug = `${message}: ${inspect(facts)}`;
    },
  };
  const page = { origin: 'app://autodoc', isOwnWindow: (id: number) => id === 1 };
  return {
    bug: () => bug,
    /** Asks, and waits for the work that goes on after the answer. */
    async ask(channel: ChannelName, sent: Sent, payload: unknown): Promise<Result<unknown>> {
      const result = await answer(channel, sent, payload, { handlers, page, logger });
      if (running.size > 0) await until(() => running.size === 0);
      // A library that was made by a call has nobody's ids yet.
      if (library.exists() && channel === 'library:start') pool.refresh(library.store());
      return result;
    },
  };
}

/** What the window would have sent: of the document that it is about, its heads and its state. */
function madeToFit(payload: unknown, { library }: Workplace): unknown {
  if (typeof payload !== 'object' || payload === null || !library.exists()) return payload;
  const { document_id } = payload as { document_id?: unknown };
  if (typeof document_id !== 'string') return payload;
  const store = library.store();
  const document = store.documents.get(document_id);
  if (document === null) return payload;
  const heads = store.documents.headVersionIds(document_id);
  const [latest] = store.versions.list(document_id);
  const known: Readonly<Record<string, unknown>> = {
    base_version_ids: [...heads],
    from: document.document_state,
    version_id: latest?.id,
    thread_id: store.comments.list(document_id)[0]?.id ?? null,
    editor_id: store.users.list().find(({ user_type }) => user_type === 'editor')?.id ?? null,
  };
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]: [string, unknown]) => [
      key,
      Object.hasOwn(known, key) ? known[key] : value,
    ]),
  );
}

/** Who has another password signs in with that one. */
function keepPassword(
  { passwords }: Workplace,
  channel: ChannelName,
  principal: Principal,
  payload: unknown,
): void {
  if (channel !== 'accounts:change-password' || principal.kind !== 'user') return;
  passwords.set(principal.user.id, (payload as { new_password: string }).new_password);
}

function story(
  problem: string,
  seat: Seat,
  channel: ChannelName,
  payload: unknown,
  result: Result<unknown>,
): string {
  const shown = (value: unknown): string =>
    inspect(value, { depth: 4, maxStringLength: 300, maxArrayLength: 20 });
  return `${problem}\n${seat} asked ${channel}\nwith ${shown(payload)}\nanswer ${shown(result)}`;
}
