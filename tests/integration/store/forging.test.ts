import { describe, expect, it } from 'vitest';
import type { Id, UserStatus, UserType } from '../../../src-main/contract/domain.ts';
import { changeSha256, sha256 } from '../../../src-main/store/log/change.ts';
import { thereValue } from '../../../src-main/store/judging/switch-value.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { seededSigner } from '../../fixtures/seeded-signer.ts';
import { Forger, type ForgedChange } from '../../fixtures/store/forger.ts';
import { openMachines, shared } from '../../fixtures/store/machines.ts';
import { derivedRowsOf } from '../../fixtures/store/replicas.ts';
import { autodocOf, doneOutcome } from '../../fixtures/store/temporary-library.ts';

/*
 * Somebody with a SQLite tool edits the team file past every check of ours, with all that can be
 * known of its format, as a member or as nobody. It must have no effect on any machine, be listed with
 * its reason where it is kept, and honest work must go on.
 */

interface Person {
  readonly id: Id;
  readonly deviceId: Id;
  readonly signer: ReturnType<typeof seededSigner>;
}

const random = seededNumbers(21);
const person = (index: number): Person => ({
  id: `01900000-0000-7000-8001-00000000000${index}`,
  deviceId: `01900000-0000-7000-8002-00000000000${index}`,
  signer: seededSigner(random),
});
/** An admin, a sponsor, the editor whom she retained, one whom nobody did, one who was suspended. */
const [ada, sam, ed, eve, sue] = [0, 1, 2, 3, 4].map(person) as [
  ...[Person, Person, Person, Person, Person],
];
/** Has no account. */
const mallory = person(5);
const members: readonly (readonly [Person, UserType])[] = [
  [ada, 'admin'],
  [sam, 'sponsor'],
  [ed, 'editor'],
  [eve, 'editor'],
  [sue, 'sponsor'],
];
const as = ({ id, signer }: Person) => ({ id, sign: signer.sign });
const by = ({ id, signer }: Person) => ({ actor_id: id, sign: signer.sign });

interface Team {
  readonly machines: readonly LibraryStore[];
  readonly documentId: Id;
  readonly versionId: Id;
  readonly autodocId: Id;
}

/** Two machines of a team that has a document, and a draft that is queued. */
function openTeam(): Team {
  let ids: Omit<Team, 'machines'> | undefined;
  const machines = openMachines(2, undefined, (store) => {
    store.write(as(ada), (t) => {
      for (const [{ id, deviceId, signer }, user_type] of members) {
        const user_status: UserStatus = 'approved';
        t.createUser({ id, name: 'A name', email: '', organization: '', user_type, user_status });
        const { public_key } = signer;
        t.addUserDevice({ id: deviceId, user_id: id, device_name: 'A machine', public_key });
        t.setDeviceStatus(deviceId, 'approved');
      }
      t.switchAccountsOn();
    });
    store.pinSwitch();
    ids = store.write(as(sam), (t) => {
      const { document, version } = t.createDocument({
        ...{ document_name: 'Lawn', document_body: 'How do I mow it?' },
      });
      t.retain({ sponsor_id: sam.id, editor_id: ed.id, document_id: document.id });
      t.updateDocument(document.id, { document_state: 'assigned' });
      const autodoc = t.queueAutodoc(autodocOf(document.id, version.id));
      return { documentId: document.id, versionId: version.id, autodocId: autodoc.id };
    });
    store.write(as(ada), (t) => t.updateUser(sue.id, { user_status: 'suspended' }));
  });
  return { machines, ...ids! };
}

const unhurried = { breathe: () => Promise.resolve() };

/** Everything that people see: what is refused is only listed. */
function seen(store: LibraryStore) {
  const { refusals: _refusals, ...rows } = derivedRowsOf(store);
  return rows;
}

function reasonsOf(store: LibraryStore, changeId: Id): readonly string[] {
  const refusals = derivedRowsOf(store).refusals as { id: Id; reason: string }[];
  return refusals.filter(({ id }) => id === changeId).map(({ reason }) => reason);
}

/** Each machine takes the forged file: nobody sees anything of it, and everybody can work on. */
async function expectNothing(
  { machines, documentId }: Team,
  forger: Forger,
  forged: readonly (readonly [Id, RegExp])[],
): Promise<void> {
  const source = forger.source();
  for (const machine of machines) {
    const before = seen(machine);
    await machine.team.take(source, unhurried);
    expect(seen(machine)).toEqual(before);
    for (const [changeId, reason] of forged) {
      expect(reasonsOf(machine, changeId).join()).toMatch(reason);
    }
    expect(machine.verify().problems).toEqual([]);
    expect(machine.rebuild().problems).toEqual([]);
    expect(seen(machine)).toEqual(before);
  }
  await expectWorkGoesOn(machines, documentId);
}

async function expectWorkGoesOn(machines: readonly LibraryStore[], documentId: Id): Promise<void> {
  const [one, other] = machines as [LibraryStore, LibraryStore];
  one.write(as(sam), (t) => {
    t.saveBody(documentId, 'With a mower.', one.documents.headVersionIds(documentId));
  });
  await other.team.take(shared(one), unhurried);
  expect(other.documents.get(documentId)?.document_body).toBe('With a mower.');
  expect(other.team.standingTo(shared(one)).is_ahead).toBe(false);
  const { refusals, ...rows } = derivedRowsOf(one);
  expect(derivedRowsOf(other)).toEqual({ ...rows, refusals });
}

describe('a forger with a SQLite tool', () => {
  it('cannot write in the name of another', async () => {
    const team = openTeam();
    const forger = new Forger(team.machines[0]!);
    const rename = {
      ...{ entity: 'document', entity_id: team.documentId, field: 'document_name' },
      value: 'Mine',
    };
    const unsigned = forger.write({ ...rename, actor_id: sam.id });
    const byEve = forger.write({ ...rename, actor_id: sam.id, sign: eve.signer.sign });
    const noise = forger.write({
      ...{ ...rename, actor_id: sam.id },
      sign: () => new Uint8Array(64).fill(7),
    });
    const byNobody = forger.write({ ...rename, ...by(mallory) });
    await expectNothing(team, forger, [
      [unsigned, /not signed/],
      [byEve, /not signed/],
      [noise, /not signed/],
      [byNobody, /not signed/],
    ]);
  });

  it('cannot claim that something was there before there were accounts', async () => {
    const team = openTeam();
    const [machine] = team.machines;
    const forger = new Forger(machine!);
    const switched = forger.find('library', machine!.libraryId, 'accounts');
    const promotion = {
      ...{ entity: 'user', entity_id: eve.id, field: 'user_type', value: 'admin' },
      ...{ actor_id: ada.id, hlc: '0000000000010000' },
    };
    const anew = forger.write(promotion);
    // Under the name of a machine that was there, and one of its numbers.
    const { replica_id } = switched;
    const again = forger.write({ ...promotion, replica_id, seq: 1 });
    const signed = forger.write({ ...promotion, ...by(eve), replica_id, seq: 2 });
    const suspension = forger.write({
      ...{ ...promotion, entity_id: ada.id, field: 'user_status', value: 'suspended' },
      ...{ replica_id, seq: 3 },
    });
    await expectNothing(team, forger, [
      [anew, /claims an earlier time/],
      [again, /claims an earlier time/],
      [signed, /not entitled/],
      [suspension, /claims an earlier time/],
    ]);
  });

  it('cannot write again what somebody wrote once', async () => {
    const team = openTeam();
    const other = openTeam();
    const forger = new Forger(team.machines[0]!);
    const state = forger.find('document', team.documentId, 'document_state');
    const id = forger.nextId();
    const replayed = { ...state, id, hlc: forger.nextTime() };
    const hash = changeSha256(replayed);
    forger.insert({ ...replayed, sha256: hash });
    // A row of another team's, as it is there: its document is none of theirs.
    const foreign = new Forger(other.machines[0]!).find(
      ...(['document', other.documentId, 'document_name'] as const),
    );
    const stranger = seededSigner(random);
    const signature = stranger.sign(foreign.sha256);
    forger.insert({ ...foreign, signature });
    await expectNothing(team, forger, [
      [id, /not signed/],
      [foreign.id, /not signed/],
    ]);
  });

  it('cannot edit what is there', async () => {
    const team = openTeam();
    const [ours] = team.machines;
    const forger = new Forger(ours!);
    const name = forger.find('document', team.documentId, 'document_name');
    const text = JSON.stringify('Mine');
    // The value alone; with its hash; with every hash; what is said about it.
    forger.run('update changes set value = ? where id = ?', text, name.id);
    const body = forger.find('document', team.documentId, 'document_body');
    forger.run('update changes set value_sha256 = ? where id = ?', sha256(text), body.id);
    const state = forger.find('document', team.documentId, 'document_state');
    const edited = {
      ...state,
      value: JSON.stringify('approved'),
      value_sha256: sha256('"approved"'),
    };
    forger.run(
      'update changes set value = ?, value_sha256 = ?, sha256 = ? where id = ?',
      ...[edited.value, edited.value_sha256, changeSha256(edited), state.id],
    );
    const sued = forger.find('user', sue.id, 'user_status');
    forger.run('update changes set entity_id = ? where id = ?', ada.id, sued.id);
    await expectNothing(team, forger, []);
  });

  it('cannot have what was edited taken by a machine that knows nothing else', async () => {
    const team = openTeam();
    const [one, other] = team.machines as [LibraryStore, LibraryStore];
    one.write(as(sam), (t) => t.updateDocument(team.documentId, { document_name: 'Meadow' }));
    const forger = new Forger(one);
    const name = forger.find('document', team.documentId, 'document_name');
    forger.run('update changes set value = ? where id = ?', JSON.stringify('Mine'), name.id);
    const taken = await other.team.take(forger.source(), unhurried);
    expect(taken).toMatchObject({ taken: 0, damaged: 1 });
    expect(other.documents.get(team.documentId)?.document_name).toBe('Lawn');
    await other.team.take(shared(one), unhurried);
    expect(other.documents.get(team.documentId)?.document_name).toBe('Meadow');
  });

  it('cannot keep a change from counting by taking off its signature, or putting on another', async () => {
    for (const signature of [null, Buffer.alloc(64, 3), 'of another change']) {
      const team = openTeam();
      const [one, other] = team.machines as [LibraryStore, LibraryStore];
      one.write(as(sam), (t) => t.updateDocument(team.documentId, { document_name: 'Meadow' }));
      const forger = new Forger(one);
      const name = forger.find('document', team.documentId, 'document_name');
      const body = forger.find('document', team.documentId, 'document_body');
      const forged = typeof signature === 'string' ? body.signature : signature;
      forger.run('update changes set signature = ? where id = ?', forged, name.id);
      const source = forger.source();
      await other.team.take(source, unhurried);
      expect(other.documents.get(team.documentId)?.document_name).toBe('Lawn');
      expect(reasonsOf(other, name.id).join()).toMatch(/not signed/);
      // Whoever has it as it was written keeps it, gives it to the others, and they take it.
      await one.team.take(source, unhurried);
      expect(one.documents.get(team.documentId)?.document_name).toBe('Meadow');
      expect(one.team.standingTo(source).is_ahead).toBe(true);
      await other.team.take(shared(one), unhurried);
      expect(other.documents.get(team.documentId)?.document_name).toBe('Meadow');
      expect(other.verify().problems).toEqual([]);
      await expectWorkGoesOn(team.machines, team.documentId);
    }
  });

  it('cannot switch accounts off', async () => {
    for (const spoil of ['delete', 'rewrite', 'rename', 'unsign'] as const) {
      const team = openTeam();
      const [machine] = team.machines as [LibraryStore, LibraryStore];
      const forger = new Forger(machine);
      const { id } = forger.find('library', machine.libraryId, 'accounts');
      if (spoil === 'delete') forger.run('delete from changes where id = ?', id);
      if (spoil === 'rewrite') forger.run(`update changes set value = '{}' where id = ?`, id);
      if (spoil === 'rename') forger.run(`update changes set field = 'x' where id = ?`, id);
      if (spoil === 'unsign') forger.run('update changes set signature = null where id = ?', id);
      forger.write({
        ...{ actor_id: eve.id, entity: 'user', entity_id: eve.id },
        ...{ field: 'user_type', value: 'admin' },
      });
      await expectNothing(team, forger, []);
      expect(machine.accountsAreOn()).toBe(true);
    }
  });

  it('cannot have switched accounts on earlier', async () => {
    const team = openTeam();
    const [machine] = team.machines as [LibraryStore, LibraryStore];
    const forger = new Forger(machine);
    // A founding of their own, long before, in which everything is right.
    const early = (counter: number) => ({ hlc: `00000000000${counter}0000` });
    const { id, deviceId, signer } = mallory;
    const founding: ForgedChange[] = [
      { ...by(mallory), entity: 'user', entity_id: id, field: 'user_type', value: 'admin' },
      { ...by(mallory), entity: 'user', entity_id: id, field: 'user_status', value: 'approved' },
      {
        ...{ ...by(mallory), entity: 'user_device', entity_id: deviceId, field: 'key' },
        value: { user_id: id, device_name: 'x', public_key: signer.public_key },
      },
      {
        ...{ ...by(mallory), entity: 'user_device', entity_id: deviceId },
        ...{ field: 'device_status', value: 'approved' },
      },
    ];
    const ids = founding.map((change, at) => forger.write({ ...change, ...early(at + 1) }));
    const hashes = founding.map(({ entity, entity_id, field }) =>
      forger.find(entity, entity_id, field),
    );
    const switched = forger.write({
      ...{ ...by(mallory), entity: 'library', entity_id: machine.libraryId, field: 'accounts' },
      ...{ value: { admin_id: id, seen: {}, there: thereValue(hashes) }, ...early(9) },
    });
    const print = machine.fingerprint();
    expect(machine.hasRivalSwitch()).toBe(false);
    const introduced = ids[2]!;
    const source = forger.source();
    for (const one of team.machines) {
      const before = seen(one);
      await one.team.take(source, unhurried);
      // Anybody may introduce a machine. It waits, and speaks for nobody.
      const { user_devices, ...rows } = seen(one);
      expect({ ...rows, user_devices: before.user_devices }).toEqual(before);
      expect(user_devices).toHaveLength(before.user_devices!.length + 1);
      expect(one.users.device(deviceId)).toMatchObject({ device_status: 'pending' });
      expect(reasonsOf(one, switched).join()).toMatch(/not switched on here/);
      expect(reasonsOf(one, introduced)).toEqual([]);
      for (const other of ids) {
        if (other !== introduced) expect(reasonsOf(one, other)).toHaveLength(1);
      }
      expect(one.hasRivalSwitch()).toBe(true);
      expect(one.fingerprint()).toBe(print);
      expect(one.verify().problems).toEqual([]);
      expect(one.rebuild().problems).toEqual([]);
    }
    await expectWorkGoesOn(team.machines, team.documentId);
  });

  it('cannot let themselves in, or be what they are not', async () => {
    const team = openTeam();
    const forger = new Forger(team.machines[0]!);
    const user = (of: Person, field: string, value: string): ForgedChange => ({
      ...{ ...by(of), entity: 'user', entity_id: of.id, field, value },
    });
    const promoted = forger.write(user(eve, 'user_type', 'admin'));
    const back = forger.write(user(sue, 'user_status', 'approved'));
    const second = seededSigner(random);
    const secondId = forger.nextId();
    const key = forger.write({
      ...{ ...by(sue), entity: 'user_device', entity_id: secondId, field: 'key' },
      value: { user_id: ada.id, device_name: 'x', public_key: second.public_key },
      sign: second.sign,
    });
    const approved = forger.write({
      ...{ ...by(sue), entity: 'user_device', entity_id: sue.deviceId },
      ...{ field: 'device_status', value: 'approved' },
    });
    const stolen = forger.write({
      ...{ ...by(eve), entity: 'user_device', entity_id: ada.deviceId, field: 'key' },
      value: { user_id: eve.id, device_name: 'x', public_key: eve.signer.public_key },
    });
    await expectNothing(team, forger, [
      [promoted, /not entitled/],
      [back, /not entitled/],
      [key, /not entitled/],
      [approved, /not entitled/],
      [stolen, /has a key already/],
    ]);
  });

  it('cannot approve a machine of their own', async () => {
    const team = openTeam();
    const forger = new Forger(team.machines[0]!);
    const second = seededSigner(random);
    const deviceId = forger.nextId();
    // Anybody may say that a machine is Ada's; it waits until she or an admin approves it.
    forger.write({
      ...{ actor_id: ada.id, sign: second.sign, entity: 'user_device', entity_id: deviceId },
      ...{ field: 'key', value: { user_id: ada.id, public_key: second.public_key } },
    });
    const mine = { actor_id: ada.id, sign: second.sign };
    const approved = forger.write({
      ...{ ...mine, entity: 'user_device', entity_id: deviceId },
      ...{ field: 'device_status', value: 'approved' },
    });
    const promoted = forger.write({
      ...{ ...mine, entity: 'user', entity_id: eve.id, field: 'user_type', value: 'admin' },
    });
    const source = forger.source();
    for (const machine of team.machines) {
      const before = seen(machine);
      await machine.team.take(source, unhurried);
      expect(machine.users.device(deviceId)).toMatchObject({ device_status: 'pending' });
      expect(reasonsOf(machine, approved).join()).toMatch(/not entitled/);
      expect(reasonsOf(machine, promoted).join()).toMatch(/not entitled/);
      const { user_devices: _devices, ...rows } = seen(machine);
      expect({ ...rows, user_devices: before.user_devices }).toEqual(before);
      expect(machine.verify().problems).toEqual([]);
    }
    await expectWorkGoesOn(team.machines, team.documentId);
  });

  it('cannot purge, and cannot draft, what is not theirs', async () => {
    const team = openTeam();
    const forger = new Forger(team.machines[0]!);
    const { documentId, autodocId } = team;
    const purge = {
      ...{ entity: 'purge', entity_id: documentId, field: 'document' },
      value: { document_id: documentId },
    };
    const outcome = {
      ...{ entity: 'autodoc', entity_id: autodocId, field: 'outcome' },
      value: { autodoc_state: 'done', autodoc_body: ' Buy my mower.' },
    };
    const purged = forger.write({ ...purge, ...by(sam) });
    const unsigned = forger.write({ ...purge, actor_id: ada.id });
    const drafted = forger.write({ ...outcome, ...by(eve) });
    const cancelled = forger.write({
      ...{ ...outcome, ...by(eve), value: { autodoc_state: 'cancelled' } },
    });
    await expectNothing(team, forger, [
      [purged, /not entitled/],
      [unsigned, /not signed/],
      [drafted, /not entitled/],
      [cancelled, /not entitled/],
    ]);
  });

  it('cannot make a document of another’s theirs by an earlier clock', async () => {
    const team = openTeam();
    const [one] = team.machines as [LibraryStore, LibraryStore];
    one.write(as(ada), (t) => {
      t.updateUser(eve.id, { user_type: 'sponsor' });
    });
    const made = one.write(as(sam), (t) =>
      t.createDocument({ document_name: 'Hedge', document_body: 'How do I cut it?' }),
    );
    const forger = new Forger(one);
    const { hlc } = forger.find('document', made.document.id, 'document_name');
    const before = (BigInt(`0x${hlc}`) - 1n).toString(16).padStart(16, '0');
    const name = { entity: 'document', entity_id: made.document.id, field: 'document_name' };
    const claimed = forger.write({ ...by(eve), ...name, value: 'Mine', hlc: before });
    const source = forger.source();
    for (const machine of team.machines) {
      await machine.team.take(source, unhurried);
      expect(reasonsOf(machine, claimed).join()).toMatch(/somebody else/);
      expect(machine.documents.get(made.document.id)).toMatchObject({
        ...{ document_name: 'Hedge', created_by: sam.id },
      });
      expect(machine.verify().problems).toEqual([]);
    }
    await expectWorkGoesOn(team.machines, team.documentId);
  });

  it('cannot take the place of a machine by an earlier clock', async () => {
    const team = openTeam();
    const [one] = team.machines as [LibraryStore, LibraryStore];
    const second = seededSigner(random);
    const { public_key } = second;
    const device = one.write({ id: sam.id, sign: second.sign }, (t) =>
      t.addUserDevice({ user_id: sam.id, device_name: 'Another', public_key }),
    );
    one.write(as(ada), (t) => t.setDeviceStatus(device.id, 'approved'));
    one.write({ id: sam.id, sign: second.sign }, (t) =>
      t.updateDocument(team.documentId, { document_name: 'Meadow' }),
    );
    const forger = new Forger(one);
    const { hlc } = forger.find('user_device', device.id, 'key');
    const before = (BigInt(`0x${hlc}`) - 1n).toString(16).padStart(16, '0');
    const claimed = forger.write({
      ...{ ...by(mallory), entity: 'user_device', entity_id: device.id, field: 'key' },
      value: { user_id: mallory.id, public_key: mallory.signer.public_key },
      hlc: before,
    });
    const source = forger.source();
    for (const machine of team.machines) {
      await machine.team.take(source, unhurried);
      expect(reasonsOf(machine, claimed).join()).toMatch(/somebody else/);
      expect(machine.documents.get(team.documentId)?.document_name).toBe('Meadow');
      expect(machine.verify().problems).toEqual([]);
    }
    await expectWorkGoesOn(team.machines, team.documentId);
  });

  it('cannot drown the log in garbage', async () => {
    const team = openTeam();
    const [machine] = team.machines as [LibraryStore, LibraryStore];
    const forger = new Forger(machine);
    const row = forger.find('document', team.documentId, 'document_name');
    forger.transaction(() => {
      // Right but for its hashes; with right hashes and signed by nobody; a stranger's machines.
      for (let at = 0; at < 1_000; at++) {
        forger.insert({ ...row, id: forger.nextId(), hlc: '0f00000000000000' });
        forger.write({
          ...{ actor_id: sam.id, entity: 'document', entity_id: team.documentId },
          ...{ field: 'document_name', value: `Garbage ${at}`, sign: () => Buffer.alloc(64, at) },
        });
      }
      for (let at = 0; at < 50; at++) {
        const signer = seededSigner(random);
        forger.write({
          ...{ actor_id: mallory.id, sign: signer.sign, entity: 'user_device' },
          ...{ entity_id: forger.nextId(), field: 'key' },
          value: { user_id: mallory.id, public_key: signer.public_key },
        });
      }
    });
    const source = forger.source();
    for (const one of team.machines) {
      const { user_devices: devices, ...before } = seen(one);
      const taken = await one.team.take(source, unhurried);
      expect(taken).toMatchObject({ damaged: 1_000, taken: 1_050 });
      const { user_devices: waiting, ...after } = seen(one);
      expect(after).toEqual(before);
      expect(waiting).toHaveLength(devices!.length + 50);
      expect(one.verify().problems).toEqual([]);
    }
    await expectWorkGoesOn(team.machines, team.documentId);
  });
});

describe('the text of a draft', () => {
  it('that the sponsor asked for may come from the editor whom she retained', async () => {
    const team = openTeam();
    const [one, other] = team.machines as [LibraryStore, LibraryStore];
    one.write(as(ed), (t) => t.finishAutodoc(team.autodocId, doneOutcome));
    await other.team.take(shared(one), unhurried);
    expect(other.autodocs.get(team.autodocId)).toMatchObject({
      ...{ autodoc_state: 'done', created_by: sam.id },
    });
  });
});
