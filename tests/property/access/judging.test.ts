import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id, UserStatus, UserType } from '../../../src-main/contract/domain.ts';
import type { Sign } from '../../../src-main/store/log/change-log.ts';
import { headsOf } from '../../../src-main/store/projection/fold.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { seededSigner, type Signer } from '../../fixtures/seeded-signer.ts';
import { derivedRowsOf, openReplica } from '../../fixtures/store/replicas.ts';
import { openLibrary } from '../../fixtures/store/temporary-library.ts';
import { modelProblems, type Rows } from './small-model.ts';
import { writing, type Pick, type Writing } from './written-changes.ts';

/*
 * Anything at all written into the log of a library with accounts, past every service: by people
 * with keys and without, about everything. What has an effect is decided as it comes, from the
 * derived tables, and again from the whole log: both must say the same, after every change.
 */

const parameters = { seed: testSeed(), numRuns: largeCount(200) };

interface Person {
  readonly id: Id;
  readonly deviceId: Id;
  readonly signer: Signer;
  readonly second: Signer;
}

const random = seededNumbers(5);
const idOf = (kind: number, index: number): Id =>
  `01900000-0000-7000-800${kind}-00000000000${index}`;

const beginnings: readonly (readonly [UserType, UserStatus, 'approved' | 'pending' | 'revoked'])[] =
  [
    ['admin', 'approved', 'approved'],
    ['sponsor', 'approved', 'approved'],
    ['sponsor', 'approved', 'approved'],
    ['editor', 'approved', 'approved'],
    ['editor', 'approved', 'revoked'],
    ['editor', 'pending', 'pending'],
    ['sponsor', 'suspended', 'approved'],
  ];
const people: readonly Person[] = beginnings.map((_, index) => ({
  id: idOf(1, index),
  deviceId: idOf(2, index),
  signer: seededSigner(random),
  second: seededSigner(random),
}));
const outsider: Person = {
  id: idOf(1, 9),
  deviceId: idOf(2, 9),
  signer: seededSigner(random),
  second: seededSigner(random),
};
const everybody = [...people, outsider];

/** A library that becomes a team's, with a document of each sponsor's in it. */
function openTeamLibrary(): LibraryStore {
  const store = openLibrary();
  const [admin, sam, sue, ed] = people as [Person, Person, Person, Person];
  store.write({ id: admin.id, sign: admin.signer.sign }, (t) => {
    const profile = { name: 'A name', email: '', organization: '' };
    for (const [index, person] of people.entries()) {
      const [user_type, user_status, device_status] = beginnings[index]!;
      t.createUser({ id: person.id, ...profile, user_type, user_status });
      const { deviceId: id, signer } = person;
      const { public_key } = signer;
      t.addUserDevice({ id, user_id: person.id, device_name: 'A machine', public_key });
      if (device_status !== 'pending') t.setDeviceStatus(id, device_status);
    }
    t.switchAccountsOn();
  });
  for (const { id, signer } of [sam, sue]) {
    store.write({ id, sign: signer.sign }, (t) => {
      const { document } = t.createDocument({ document_name: 'Lawn', document_body: 'Mow it.' });
      t.retain({ sponsor_id: id, editor_id: ed.id, document_id: document.id });
      t.updateDocument(document.id, { document_state: 'assigned' });
    });
  }
  return store;
}

type Replica = ReturnType<typeof openReplica>;

/** Writes a change as it is wished, and brings the derived rows up to it. */
function write({ connection, reader, writer, projector }: Replica, rows: Rows, wish: Writing) {
  const author = everybody[wish.author]!;
  const [entity, field] = wish.kind.split(' ') as [string, string];
  const pick: Pick = (kind) => chosen(rows, kind, wish.at) ?? idOf(9, wish.at % 10);
  const entityId = idFor(wish, entity, rows);
  const { sign, deviceId } = handOf(wish, author);
  const value =
    wish.kind === 'user_device key'
      ? { user_id: author.id, device_name: 'Another', public_key: author.second.public_key }
      : wish.value(pick);
  connection.write(() => {
    const history = reader.history(entity, entityId).filter((change) => change.field === field);
    const seen = wish.parents === 'heads' ? headsOf(history) : history.slice(0, 1);
    const parents = wish.parents === 'none' ? [] : seen.map(({ id }) => id);
    const change = { actor_id: author.id, entity, entity_id: entityId, field, parents, value };
    projector.update(entity, entityId, [writer.append(change, sign)]);
  });
  return { actorId: author.id, deviceId };
}

/** Who registers writes about themselves, a machine names itself; all else is about anything. */
function idFor({ at, isNew }: Writing, entity: string, rows: Rows): Id {
  const tables: Readonly<Record<string, string>> = {
    ...{ user: 'users', user_device: 'user_devices', document: 'documents' },
    ...{ retention: 'retentions', autodoc: 'autodocs', revision: 'revisions' },
    ...{ comment: 'comments', replica: 'replicas', library: 'accounts' },
  };
  const there = (rows[Object.hasOwn(tables, entity) ? tables[entity]! : ''] ?? []) as { id: Id }[];
  const fresh = entity === 'user' ? outsider.id : idOf(8, at % 10);
  return isNew ? fresh : (there[at % Math.max(1, there.length)]?.id ?? fresh);
}

function chosen(rows: Rows, kind: Parameters<Pick>[0], at: number): Id | undefined {
  const there = rows[`${kind}s`] as { id: Id }[];
  return there[at % Math.max(1, there.length)]?.id;
}

function handOf(
  { signer, at }: Writing,
  author: Person,
): { readonly sign: Sign | undefined; readonly deviceId: Id | null } {
  switch (signer) {
    case 'own':
      return { sign: author.signer.sign, deviceId: author.deviceId };
    case 'another': {
      const other = everybody[at % everybody.length]!;
      return { sign: other.signer.sign, deviceId: other.deviceId };
    }
    // A machine that may have introduced itself by now, under whatever id.
    case 'own second':
      return { sign: author.second.sign, deviceId: null };
    case 'noise':
      return { sign: () => new Uint8Array(64).fill(at), deviceId: null };
    case 'nobody':
      return { sign: undefined, deviceId: null };
  }
}

describe('whatever is written into the log', () => {
  it('counts where its author was entitled to it, as it comes and in every replay', () => {
    fc.assert(
      fc.property(fc.array(writing, { minLength: 10, maxLength: 40 }), (writings) => {
        const store = openTeamLibrary();
        const replica = openReplica(store);
        let before = derivedRowsOf(store);
        for (const wish of writings) {
          const deed = write(replica, before, wish);
          const after = derivedRowsOf(store);
          expect(store.verify().problems).toEqual([]);
          const second = secondMachineOf(deed.actorId, wish, before);
          expect(modelProblems(before, after, second ?? deed)).toEqual([]);
          before = after;
        }
        replica.connection.close();
        expect(store.rebuild().problems).toEqual([]);
        expect(derivedRowsOf(store)).toEqual(before);
        store.close();
      }),
      parameters,
    );
  }, 900_000);
});

/** The machine that a second key is known as by now. */
function secondMachineOf(actorId: Id, { signer }: Writing, { user_devices }: Rows) {
  if (signer !== 'own second') return null;
  const author = everybody.find(({ id }) => id === actorId)!;
  const rows = user_devices as { id: Id; public_key: string; device_status: string }[];
  const known = rows.filter(({ public_key }) => public_key === author.second.public_key);
  const device = known.find(({ device_status }) => device_status !== 'revoked') ?? known[0];
  return { actorId, deviceId: device?.id ?? null };
}
