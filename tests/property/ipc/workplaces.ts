import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import type { Principal } from '../../../src-main/access/authorize.ts';
import type { DocumentState, Id } from '../../../src-main/contract/domain.ts';
import type { DocumentStep } from '../../../src-main/contract/work.ts';
import { AppError } from '../../../src-main/contract/errors.ts';
import { checkModelName } from '../../../src-main/inference/model-store/model-name.ts';
import { doneOutcome } from '../../fixtures/store/temporary-library.ts';
import type { FakeApplication } from '../../integration/services/fake-application.ts';
import { openTeam, password, type Member, type Team } from '../../integration/services/team.ts';
import { openWorkplace } from '../../integration/services/workplace.ts';

/** Who sits at the machine, and how. */
export const seats = [
  'a visitor',
  'an owner',
  'a stranger',
  'an admin',
  'a sponsor',
  'another sponsor',
  'an editor',
  'another editor',
  'a suspended user',
  'a locked window',
] as const;
export type Seat = (typeof seats)[number];

const memberOf: Partial<Readonly<Record<Seat, Member>>> = {
  'an admin': 'Ada',
  'a sponsor': 'Sam',
  'another sponsor': 'Sue',
  'an editor': 'Ed',
  'another editor': 'Eve',
};

/** An application with work in it, and somebody at it. */
export interface Workplace extends FakeApplication {
  /**
   * Puts whoever sits there back, whatever they did to get away. False where that can no longer
   * be: the library has changed too much.
   */
  sit(): Promise<boolean>;
  /** What users sign in with, where it is no longer what they began with. */
  readonly passwords: Map<Id, string>;
}

/** Nothing is listening there: whoever tries is refused at once, and nobody waits for long. */
export const noHub = {
  hub: {
    environment: { HF_ENDPOINT: 'http://127.0.0.1:1' },
    retryPolicy: { triesWithoutProgress: 1, firstPauseMs: 1, longestPauseMs: 1 },
  },
};

export async function openWorkplaceFor(seat: Seat): Promise<Workplace> {
  const passwords = new Map<Id, string>();
  if (seat === 'a visitor' || seat === 'an owner') {
    const application = openWorkplace(noHub);
    keepNames(application);
    if (seat === 'an owner') await fillOpenLibrary(application);
    const kind = seat === 'an owner' ? 'owner' : 'visitor';
    const { services } = application;
    return {
      ...application,
      passwords,
      sit: () => Promise.resolve(services.principal().kind === kind),
    };
  }
  const team = await openTeam(noHub);
  keepNames(team);
  await fillTeam(team);
  return { ...team, passwords, sit: () => sitAt(team, seat, passwords) };
}

/** The real engine refuses names that would lead out of its folder; the one of tests takes all. */
export function keepNames({ engine }: FakeApplication): void {
  engine.onPrepare = async ({ name }) => {
    checkModelName(name);
    await Promise.resolve();
  };
}

async function sitAt(team: Team, seat: Seat, passwords: Map<Id, string>): Promise<boolean> {
  const { services } = team;
  const member = memberOf[seat];
  try {
    if (member !== undefined) {
      await comeBack(team, member, passwords);
    } else if (seat === 'a stranger') {
      if (services.principal().kind === 'user') {
        await services.accounts['sign-out'](services.principal(), undefined);
      }
    } else if (seat === 'a locked window') {
      const { is_locked, user } = await services.accounts.status(services.principal(), undefined);
      if (is_locked && user?.id === team.principals.Sam.user.id) return true;
      await comeBack(team, 'Sam', passwords);
      await services.accounts.lock(services.principal(), undefined);
    } else {
      await suspend(team, passwords);
    }
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

async function comeBack(team: Team, member: Member, passwords: Map<Id, string>): Promise<void> {
  const { services, library, principals } = team;
  const { id } = principals[member].user;
  const present = services.principal();
  if (present.kind === 'user' && present.user.id === id) return;
  const { email } = library.store().users.get(id)!;
  const signIn = () =>
    services.accounts['sign-in'](services.principal(), {
      ...{ email, password: passwords.get(id) ?? password, remember: false },
    });
  try {
    await signIn();
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'too_many_attempts')) throw error;
    // Wrong passwords were tried out: who waits long enough may try again.
    vi.advanceTimersByTime(60 * 60_000);
    await signIn();
  }
}

/** Signed in when an admin says so: the key is still in this process's memory. */
async function suspend(team: Team, passwords: Map<Id, string>): Promise<void> {
  const { services, library, principals } = team;
  const { id } = principals.Eve.user;
  const admin: Principal = principals.Ada;
  if (library.store().users.get(id)?.user_status === 'suspended') {
    if (services.principal().kind === 'stranger') return;
    await services.users['set-status'](admin, { user_id: id, user_status: 'approved' });
  }
  await comeBack(team, 'Eve', passwords);
  await services.users['set-status'](admin, { user_id: id, user_status: 'suspended' });
}

async function fillOpenLibrary(application: FakeApplication): Promise<void> {
  const { services, library } = application;
  const owner = await application.owner();
  for (const document_name of ['Lawn', 'Tea', 'A letter']) {
    const text = { document_name, document_body: `${document_name} is what it is.`, draft: true };
    const { autodoc } = await services.documents.create(owner, text);
    if (owner.kind !== 'owner') throw new Error('an open library has an owner');
    library.store().write({ id: owner.user.id }, (t) => t.finishAutodoc(autodoc!.id, doneOutcome));
  }
}

/** How documents come to states: each sponsor's, each with one of the editors. */
const ways: readonly (readonly (readonly ['sponsor' | 'editor', DocumentStep])[])[] = [
  [],
  [['editor', 'start']],
  [['editor', 'submit']],
  [
    ['editor', 'submit'],
    ['sponsor', 'request_changes'],
  ],
  [
    ['editor', 'submit'],
    ['sponsor', 'approve'],
  ],
  [
    ['editor', 'submit'],
    ['sponsor', 'approve'],
    ['sponsor', 'archive'],
  ],
];

async function fillTeam(team: Team): Promise<void> {
  const { services, library, principals } = team;
  for (const [index, way] of [...ways, ...ways].entries()) {
    const sponsor = principals[index < ways.length ? 'Sam' : 'Sue'];
    const editor = principals[index % 2 === 0 ? 'Ed' : 'Eve'];
    const { document, autodoc } = await services.documents.commission(sponsor, {
      document_name: `Document ${index}`,
      document_body: 'How do I mow it?',
      brief: 'Short.',
      due_on: '2026-12-24',
      target_words: 100,
      notes: [{ title: 'A source', text: 'Grass grows.' }],
      // One of each sponsor's is nobody's yet.
      editor_id: way === ways[1] ? null : editor.user.id,
      hand_over: 'Yours.',
    });
    const document_id = document.id;
    const author = { id: sponsor.user.id, sign: sponsor.sign };
    library.store().write(author, (t) => t.finishAutodoc(autodoc!.id, doneOutcome));
    const comment = { document_id, thread_id: null, comment_body: 'Well.', anchor: null };
    await services.comments.write(sponsor, comment);
    if (way === ways[1]) continue;
    for (const [who, step] of way) {
      const from: DocumentState = library.store().documents.get(document_id)!.document_state;
      const taking = who === 'sponsor' ? sponsor : editor;
      await services.documents.step(taking, { document_id, step, from, hand_over: '' });
    }
  }
}

/** Files that the dialogs of tests choose among: some can be read, some are nonsense. */
export function layOutFiles(directory: string): {
  toRead: readonly string[];
  toWrite: readonly string[];
} {
  const at = (name: string): string => path.join(directory, name);
  const readable: Readonly<Record<string, string | Uint8Array>> = {
    'prompts.csv': 'name,text,tags\nLawn,Mow it,green\nTea\n"Öl","=1+1","a, b"\n',
    'semicolons.csv': 'text;folder\nBrew it;Kitchen\n',
    'utf-16.csv': Buffer.from('\ufefftext\nBrew it\n', 'utf16le'),
    'broken.csv': 'a,"b\nc',
    'noise.csv': Uint8Array.from({ length: 3_000 }, (_, index) => (index * 7919) % 256),
    'empty.json': '',
    'nothing.json': '{}',
    'almost.json': '{"format": "autodoc-library", "version": 1, "__proto__": {"a": 1}}',
    'deep.json': '['.repeat(100_000),
  };
  for (const [name, content] of Object.entries(readable)) writeFileSync(at(name), content);
  rmSync(at('exported.json'), { force: true });
  return {
    // What was exported last is among them.
    toRead: [...Object.keys(readable).map(at), at('missing.csv'), at('exported.json'), directory],
    toWrite: [at('exported.json'), at('exported.csv'), at('missing/exported.json'), directory],
  };
}
