import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { Connection } from '../../../src-main/store/database/connection.ts';
import type { StateTables } from '../../../src-main/store/database/schema.ts';
import { createCheckedSignatures } from '../../../src-main/store/judging/checked-signatures.ts';
import { isSignedBy } from '../../../src-main/store/judging/signatures.ts';
import { readThere, thereValue } from '../../../src-main/store/judging/switch-value.ts';
import { sha256 } from '../../../src-main/store/log/change.ts';
import { createIdSource } from '../../../src-main/store/log/ids.ts';
import { idMadeBy, isMadeBy } from '../../../src-main/store/log/maker-ids.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { seededSigner } from '../../fixtures/seeded-signer.ts';
import { openLibrary } from '../../fixtures/store/temporary-library.ts';

const signer = seededSigner(seededNumbers(3));

describe('a checked signature', () => {
  it('is known after a restart, and a bad one is checked again', () => {
    const store = openLibrary();
    const state = new Connection<StateTables>({
      file: path.join(store.directory, 'state.db'),
      ...{ logger: silentLogger, busyTimeoutMs: 1_000 },
    });
    const message = sha256('a change');
    const good = signer.sign(message);
    const bad = signer.sign(sha256('another'));
    const before = createCheckedSignatures(state);
    expect(isSignedBy(signer.public_key, message, good, before)).toBe(true);
    expect(isSignedBy(signer.public_key, message, bad, before)).toBe(false);
    before.keep();
    const kept = state.all(state.query.selectFrom('checked_signatures').select('digest'));
    expect(kept).toHaveLength(1);
    const after = createCheckedSignatures(state);
    expect(after.lookUp(Buffer.from(kept[0]!.digest))).toBe(true);
    expect(isSignedBy(signer.public_key, message, good, after)).toBe(true);
    expect(isSignedBy(signer.public_key, message, bad, after)).toBe(false);
    // Of another key, or over something else, it is another one.
    const other = seededSigner(seededNumbers(4));
    expect(isSignedBy(other.public_key, message, good, after)).toBe(false);
    expect(isSignedBy(signer.public_key, sha256('a changed change'), good, after)).toBe(false);
    state.close();
  });
});

describe('what was there when accounts were switched on', () => {
  const switchedOn = { id: 'z', hlc: '0000000000050000' };
  const change = (text: string, hlc: string, seq: number) => ({
    ...{ id: text, hlc, seq, replica_id: 'a machine', sha256: sha256(text) },
  });

  it('is known by the hashes of the changes, wherever clocks place them', () => {
    const changes = [change('one', '0000000000010000', 1), change('two', '0000000000090000', 2)];
    const value = { seen: { 'a machine': 2 }, there: thereValue(changes) };
    const there = readThere(value, switchedOn);
    expect(there.count).toBe(2);
    expect(changes.every((one) => there.has(one))).toBe(true);
    expect(there.has(change('forged', '0000000000010000', 1))).toBe(false);
  });

  it('is told by the numbers of an older library, of what stands before', () => {
    const there = readThere({ seen: { 'a machine': 2 } }, switchedOn);
    expect(there.count).toBeNull();
    expect(there.has(change('one', '0000000000010000', 2))).toBe(true);
    expect(there.has(change('one', '0000000000010000', 3))).toBe(false);
    expect(there.has(change('one', '0000000000090000', 1))).toBe(false);
    expect(readThere('junk', switchedOn).has(change('one', '0000000000010000', 1))).toBe(false);
  });
});

describe('the id of something new', () => {
  it('is its maker’s alone, and keeps the order in which ids are made', () => {
    const newId = createIdSource(() => 1_790_000_000_000);
    const ids = Array.from({ length: 100 }, () => idMadeBy('Sam', newId()));
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(isMadeBy('Sam', id)).toBe(true);
      expect(isMadeBy('Eve', id)).toBe(false);
      expect(isMadeBy('Sam', newId())).toBe(false);
    }
  });
});
