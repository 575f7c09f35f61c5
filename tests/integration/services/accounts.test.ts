import { describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../src-main/store/open-store.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { changeSha256, sha256 } from '../../../src-main/store/log/change.ts';
import { openReplica } from '../../fixtures/store/replicas.ts';
import { openWorkplace, temporaryFolder } from './workplace.ts';
import { emailOf, openTeam, password, type Team } from './team.ts';

const ada = { name: 'Ada', email: 'ada@example.org', organization: 'A press' };
const bo = { name: 'Bo', email: 'bo@example.org', organization: '', user_type: 'editor' as const };

function signIn({ services }: Pick<Team, 'services'>, email: string, secret = password) {
  return services.accounts['sign-in'](services.principal(), {
    email,
    password: secret,
    remember: true,
  });
}

describe('a library', () => {
  it('becomes a team with all that is in it, and its owner the admin', async () => {
    const workplace = openWorkplace();
    const { services, library } = workplace;
    const owner = await workplace.owner();
    const { document } = await services.documents.create(owner, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: true },
    });
    const status = await services.accounts['switch-on'](owner, { ...ada, password });
    expect(status).toMatchObject({ is_on: true, is_locked: false, user: { ...ada } });
    const admin = services.principal();
    expect(admin).toMatchObject({ kind: 'user', user: { id: document.created_by } });
    const opened = await services.documents.open(admin, { document_id: document.id });
    expect(opened.allowed).toContain('document:write');
    await services.documents.save(admin, {
      document_id: document.id,
      document_body: 'With a mower.',
      base_version_ids: [...opened.head_version_ids],
      draft: false,
    });
    expect(library.store().verify().problems).toEqual([]);
    // There is no second time, and no way back.
    await expect(services.accounts['switch-on'](admin, { ...ada, password })).rejects.toMatchObject(
      { code: 'already_exists' },
    );
  });

  it('begins as a team with its first admin signed in', async () => {
    const { services } = openWorkplace();
    const status = await services.library.start(services.principal(), {
      mode: 'team',
      ...ada,
      password,
    });
    expect(status).toMatchObject({
      is_first_start: false,
      accounts: { is_on: true, user: { name: 'Ada', user_type: 'admin' } },
    });
  });
});

describe('an account', () => {
  it('waits for an admin, and says so only to who has its password', async () => {
    const team = await openTeam();
    const { services } = team;
    const admin = services.principal();
    await services.accounts['sign-out'](admin, undefined);
    await services.accounts.register(services.principal(), { ...bo, password });
    await expect(signIn(team, bo.email)).rejects.toMatchObject({ code: 'account_waiting' });
    await expect(signIn(team, bo.email, 'not the password')).rejects.toMatchObject({
      code: 'sign_in_failed',
    });
    const [user] = team.library.store().users.byEmail(bo.email);
    await services.users['set-status'](admin, { user_id: user!.id, user_status: 'approved' });
    expect(await signIn(team, ' BO@Example.org ')).toMatchObject({
      user: { name: 'Bo', user_status: 'approved' },
      remembered_email: 'BO@Example.org',
    });
    expect(team.library.store().verify().problems).toEqual([]);
  });

  it('is kept out once it is rejected or suspended, at once and where it was signed in', async () => {
    const team = await openTeam();
    const { services } = team;
    const admin = team.principals.Ada;
    await team.signIn('Ed');
    await services.users['set-status'](admin, {
      user_id: team.id('Ed'),
      user_status: 'suspended',
    });
    expect(services.principal().kind).toBe('stranger');
    await expect(signIn(team, emailOf('Ed'))).rejects.toMatchObject({
      code: 'not_allowed',
      message: expect.stringContaining('suspended') as string,
    });
    // What the key of a suspended user still signs counts for nothing.
    const store = team.library.store();
    const { id, sign } = { id: team.id('Ed'), sign: team.principals.Ed.sign };
    expect(() => store.write({ id, sign }, (t) => t.updateUser(id, { name: 'Edward' }))).toThrow(
      'not entitled',
    );
    await services.users['set-status'](admin, { user_id: id, user_status: 'approved' });
    expect(await signIn(team, emailOf('Ed'))).toMatchObject({ user: { name: 'Ed' } });
  });

  it('is one for each address', async () => {
    const team = await openTeam();
    const { services } = team;
    await services.accounts['sign-out'](services.principal(), undefined);
    await expect(
      services.accounts.register(services.principal(), {
        ...bo,
        email: 'ED@example.org',
        password,
      }),
    ).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('of the last admin can be neither suspended nor made another type', async () => {
    const team = await openTeam();
    const { services } = team;
    const user_id = team.id('Ada');
    const admin = team.principals.Ada;
    await expect(async () =>
      services.users['set-status'](admin, { user_id, user_status: 'suspended' }),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    await expect(async () =>
      services.users['set-type'](admin, { user_id, user_type: 'sponsor' }),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    await services.users['set-type'](admin, { user_id: team.id('Sue'), user_type: 'admin' });
    await services.users['set-type'](admin, { user_id, user_type: 'sponsor' });
    expect(team.user('Ada').user_type).toBe('sponsor');
    // In the log too: a change that would leave nobody is refused wherever it comes from.
    const store = team.library.store();
    const sue = { id: team.id('Sue'), sign: team.principals.Sue.sign };
    expect(() =>
      store.write(sue, (t) => t.updateUser(sue.id, { user_status: 'rejected' })),
    ).toThrow('without an admin');
  });
});

describe('a password', () => {
  it('says nothing about whether there is an account', async () => {
    const team = await openTeam();
    const failure = async (email: string): Promise<unknown> =>
      Promise.resolve(signIn(team, email, 'a wrong password')).catch((error: unknown) => error);
    const known = await failure(emailOf('Ed'));
    expect(known).toMatchObject({ code: 'sign_in_failed' });
    expect(await failure('nobody@example.org')).toEqual(known);
  });

  it('that is wrong again and again has to wait, for this account, over a restart', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-29T10:00:00Z') });
    try {
      const team = await openTeam();
      const wrong = (email: string) => signIn(team, email, 'a wrong password');
      for (let tries = 0; tries < 3; tries += 1) {
        await expect(wrong(emailOf('Ed'))).rejects.toMatchObject({ code: 'sign_in_failed' });
      }
      await expect(wrong(emailOf('Ed'))).rejects.toMatchObject({
        code: 'too_many_attempts',
        details: { retry_after_s: 5 },
      });
      // The right one waits as well; other accounts do not.
      await expect(signIn(team, emailOf('Ed'))).rejects.toMatchObject({
        code: 'too_many_attempts',
      });
      await expect(signIn(team, emailOf('Eve'))).resolves.toMatchObject({ user: { name: 'Eve' } });
      await team.close();
      const again = openWorkplace({ directory: team.directory });
      await expect(signIn(again as Team, emailOf('Ed'))).rejects.toMatchObject({
        code: 'too_many_attempts',
      });
      vi.advanceTimersByTime(5_000);
      await expect(signIn(again as Team, emailOf('Ed'))).resolves.toMatchObject({
        user: { name: 'Ed' },
      });
      // It starts from the beginning.
      await expect(wrongAt(again as Team)).rejects.toMatchObject({ code: 'sign_in_failed' });
      await expect(wrongAt(again as Team)).rejects.toMatchObject({ code: 'sign_in_failed' });
    } finally {
      vi.useRealTimers();
    }
    function wrongAt(where: Team) {
      return signIn(where, emailOf('Ed'), 'a wrong password');
    }
  });

  it('can be changed by who knows it', async () => {
    const team = await openTeam();
    const { services } = team;
    const change = (old: string) =>
      services.accounts['change-password'](services.principal(), {
        password: old,
        new_password: 'another password',
      });
    await expect(change('a wrong password')).rejects.toMatchObject({ code: 'sign_in_failed' });
    await change(password);
    await services.accounts['sign-out'](services.principal(), undefined);
    await expect(signIn(team, emailOf('Ada'))).rejects.toMatchObject({ code: 'sign_in_failed' });
    expect(await signIn(team, emailOf('Ada'), 'another password')).toMatchObject({
      user: { name: 'Ada' },
    });
  });

  it('is in no file of the library', async () => {
    const team = await openTeam();
    const { directory } = team;
    await team.close();
    const { readdirSync, readFileSync, statSync } = await import('node:fs');
    for (const name of readdirSync(directory, { recursive: true }) as string[]) {
      const file = `${directory}/${name}`;
      if (!statSync(file).isFile()) continue;
      expect(readFileSync(file).includes(password), name).toBe(false);
    }
  });
});

describe('a window that is locked', () => {
  it('answers nothing until the password is given', async () => {
    const team = await openTeam();
    const { services } = team;
    await services.accounts.lock(services.principal(), undefined);
    expect(services.principal().kind).toBe('stranger');
    expect(await services.accounts.status(services.principal(), undefined)).toMatchObject({
      is_locked: true,
      user: { name: 'Ada' },
    });
    await expect(async () =>
      services.documents.list(services.principal(), {
        ...{ query: '', place: 'library', offset: 0, limit: 10 },
      }),
    ).rejects.toMatchObject({ code: 'sign_in_required' });
    const unlock = (secret: string) =>
      services.accounts.unlock(services.principal(), { password: secret });
    await expect(unlock('a wrong password')).rejects.toMatchObject({ code: 'sign_in_failed' });
    expect(await unlock(password)).toMatchObject({ is_locked: false });
    expect(services.principal().kind).toBe('user');
  });

  it('goes on drafting, and keeps what was typed when somebody else takes the seat', async () => {
    const team = await openTeam();
    const { services, library } = team;
    await team.signIn('Sam');
    const sam = services.principal();
    const { document, head_version_ids } = await services.documents.create(sam, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: false },
    });
    await services.documents.autosave(sam, {
      document_id: document.id,
      document_body: 'How do I mow it? With care.',
      base_version_ids: [...head_version_ids],
    });
    await services.accounts.lock(sam, undefined);
    await signIn(team, emailOf('Ed'));
    expect(library.store().documents.get(document.id)?.document_body).toBe(
      'How do I mow it? With care.',
    );
    const [latest] = library.store().versions.list(document.id);
    expect(latest?.created_by).toBe(team.id('Sam'));
  });
});

describe('a further machine', () => {
  it('waits until an admin or the user on another machine approves it', async () => {
    const team = await openTeam();
    const { services, library } = team;
    await services.accounts['sign-out'](services.principal(), undefined);
    const ask = (email: string) =>
      services.accounts['add-device'](services.principal(), { email, password: 'a new password' });
    // The same answer whether or not there is such an account.
    expect(await ask(emailOf('Ed'))).toBeNull();
    expect(await ask('nobody@example.org')).toBeNull();
    await expect(signIn(team, emailOf('Ed'), 'a new password')).rejects.toMatchObject({
      code: 'account_waiting',
    });
    const [, second] = library.store().users.devices(team.id('Ed'));
    expect(second?.device_status).toBe('pending');
    await team.signIn('Eve');
    await expect(async () =>
      services.users['approve-device'](services.principal(), { device_id: second!.id }),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    await team.signIn('Ed');
    await services.users['approve-device'](services.principal(), { device_id: second!.id });
    expect(await signIn(team, emailOf('Ed'), 'a new password')).toMatchObject({
      user: { name: 'Ed' },
    });
  });

  it('replaces all others for who lost them', async () => {
    const team = await openTeam();
    const { services, library } = team;
    const email = emailOf('Ed');
    await services.accounts['add-device'](services.principal(), {
      email,
      password: 'a new password',
    });
    const [, second] = library.store().users.devices(team.id('Ed'));
    const details = await services.users.reset(team.principals.Ada, { device_id: second!.id });
    expect(details.devices.map(({ device_status }) => device_status)).toEqual([
      'revoked',
      'approved',
    ]);
    await expect(signIn(team, email)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await signIn(team, email, 'a new password')).toMatchObject({ user: { name: 'Ed' } });
    // What the lost machine still signs counts for nothing.
    const { sign } = team.principals.Ed;
    const id = team.id('Ed');
    expect(() =>
      library.store().write({ id, sign }, (t) => t.updateUser(id, { name: 'X' })),
    ).toThrow('not signed');
  });
});

describe('the log of a library with accounts', () => {
  it('refuses what is not signed, and what is signed by another', async () => {
    const team = await openTeam();
    const store = team.library.store();
    const id = team.id('Sam');
    const rename = (sign?: (hash: Uint8Array) => Uint8Array) => () =>
      store.write({ id, sign }, (t) => t.updateUser(id, { name: 'Samuel' }));
    expect(rename()).toThrow('not signed');
    expect(rename(team.principals.Sue.sign)).toThrow('not signed');
    expect(rename(() => new Uint8Array(64))).toThrow('not signed');
    expect(rename(team.principals.Sam.sign)().name).toBe('Samuel');
    expect(store.verify().problems).toEqual([]);
  });

  it('refuses what claims to be older than the accounts', async () => {
    const team = await openTeam();
    const store = team.library.store();
    const { connection, writer } = openReplica(store);
    const value = JSON.stringify('admin');
    const metadata = {
      id: '019a0000-0000-7000-8000-000000000000',
      replica_id: '019a0000-0000-7000-8000-000000000001',
      seq: 1,
      hlc: '0000000000010000',
      actor_id: team.id('Sam'),
      entity: 'user',
      entity_id: team.id('Sam'),
      field: 'user_type',
      parents: '[]',
      value_sha256: sha256(value),
    };
    const change = { ...metadata, value, base_id: null, signature: null };
    connection.write(() => writer.take({ ...change, sha256: changeSha256(metadata) }));
    connection.close();
    store.rebuild();
    expect(team.user('Sam').user_type).toBe('sponsor');
    const { entries } = await team.services.audit.list(team.principals.Ada, {
      ...{ actor_id: team.id('Sam'), entity: 'user', document_id: null, from: null, to: null },
      ...{ offset: 0, limit: 100 },
    });
    expect(entries.find(({ id }) => id === change.id)?.refused ?? 'not told').toMatch(
      /claims an earlier time/,
    );
  });

  it('is the same after a rebuild', async () => {
    const team = await openTeam();
    const { directory } = team;
    await team.close();
    const store = openStore({ directory, logger: silentLogger });
    expect(store.rebuild().problems).toEqual([]);
    expect(store.users.list()).toHaveLength(5);
    store.close();
  });
});

describe('the folder of a library', () => {
  it('is not made by looking at it', () => {
    const { services, library } = openWorkplace({ directory: temporaryFolder() });
    expect(services.principal().kind).toBe('visitor');
    expect(library.exists()).toBe(false);
  });
});
