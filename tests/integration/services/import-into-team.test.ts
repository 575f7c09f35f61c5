import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../src-main/access/authorize.ts';
import type { FakeApplication } from './fake-application.ts';
import { openTeam } from './team.ts';
import { openWorkplace } from './workplace.ts';

const options = { signal: new AbortController().signal, onProgress: () => undefined };

async function exported({ services, directory }: FakeApplication, who: Principal): Promise<string> {
  const file = path.join(directory, 'out.json');
  await services.exchange.writeJson(who, { document_id: null }, file, options);
  return file;
}

describe('an import into a library with accounts', () => {
  it('is vouched for by the admin who brings it, and says who wrote what', async () => {
    const theirs = openWorkplace();
    const owner = await theirs.owner();
    const { document } = await theirs.services.documents.create(owner, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: false },
    });
    const file = await exported(theirs, owner);

    const team = await openTeam();
    await expect(
      team.services.exchange.readJson(team.principals.Sam, file, options),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    await team.services.exchange.readJson(team.principals.Ada, file, options);
    const store = team.library.store();
    expect(store.documents.get(document.id)).toEqual(document);
    expect(store.verify().problems).toEqual([]);
    const { entries } = await team.services.audit.list(team.principals.Ada, {
      ...{ actor_id: null, entity: 'document', document_id: document.id, from: null, to: null },
      ...{ offset: 0, limit: 10 },
    });
    expect(entries.every(({ refused }) => refused === null)).toBe(true);
    expect(entries[0]).toMatchObject({ actor_id: document.created_by });
    // Twice makes no doubles.
    const again = await team.services.exchange.readJson(team.principals.Ada, file, options);
    expect(again.taken).toBe(0);
    // What was written to it meanwhile comes after it, and is judged with all that was there.
    const base_version_ids = [...theirs.library.store().documents.headVersionIds(document.id)];
    await theirs.services.documents.save(owner, {
      ...{ document_id: document.id, document_body: 'With a mower.', base_version_ids },
      draft: false,
    });
    const later = await exported(theirs, owner);
    await team.services.exchange.readJson(team.principals.Ada, later, options);
    expect(store.documents.get(document.id)?.document_body).toBe('With a mower.');
    expect(store.verify().problems).toEqual([]);
  });

  it('neither switches accounts nor lets anybody in who was not let in here', async () => {
    const theirs = await openTeam();
    const file = await exported(theirs, theirs.principals.Ada);
    const open = openWorkplace();
    const owner = await open.owner();
    await open.services.exchange.readJson(owner, file, options);
    expect(open.library.store().accountsAreOn()).toBe(false);
    expect(open.library.store().verify().problems).toEqual([]);

    const team = await openTeam();
    const admins = () =>
      team.library
        .store()
        .users.list()
        .filter(({ user_type }) => user_type === 'admin')
        .map(({ id }) => id);
    expect(admins()).toEqual([team.principals.Ada.user.id]);
    await team.services.exchange.readJson(team.principals.Ada, file, options);
    expect(team.library.store().verify().problems).toEqual([]);
    expect(admins()).toEqual([team.principals.Ada.user.id]);
    // Their people wait, as whoever registers does.
    const theirSam = theirs.principals.Sam.user.id;
    const sam = team.library.store().users.get(theirSam);
    expect(sam).toMatchObject({ name: 'Sam', user_status: 'pending' });
    const machines = team.library.store().users.devices(theirSam);
    expect(machines.map(({ device_status }) => device_status)).toEqual(['pending']);
  });

  it('is what an export of it gives back, to the byte', async () => {
    const team = await openTeam();
    await team.services.documents.create(team.principals.Sam, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: true },
    });
    const file = await exported(team, team.principals.Ada);
    const open = openWorkplace();
    await open.services.exchange.readJson(open.services.principal(), file, options);
    const back = await exported(open, open.services.principal());
    expect(readFileSync(back, 'utf8')).toBe(readFileSync(file, 'utf8'));
  });
});
