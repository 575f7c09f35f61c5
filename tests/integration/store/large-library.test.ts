import { describe, expect, it } from 'vitest';
import { documentStates } from '../../../src-main/contract/domain.ts';
import { writeLargeLibrary } from '../../fixtures/large-library.ts';
import { changesOf } from '../../fixtures/store/replicas.ts';
import { openLibrary, temporaryDirectory } from '../../fixtures/store/temporary-library.ts';

const options = {
  ...{ users: 40, documents: 60, autodocs: 180 },
  untilMs: Date.parse('2026-11-01T00:00:00Z'),
};

function written(seed: number) {
  const directory = temporaryDirectory();
  const people = writeLargeLibrary({ ...options, directory, seed });
  return { ...people, store: openLibrary({ directory }) };
}

describe('the library of the bench', () => {
  it('is a sound one, in which everybody was entitled to what they did', () => {
    const { store, adminId, sponsorId, editorId } = written(1);
    const { problems, documents, autodocs } = store.verify();
    expect({ problems, documents, autodocs }).toEqual({
      problems: [],
      documents: 60,
      autodocs: 180,
    });
    expect(store.accountsAreOn()).toBe(true);
    expect(store.users.list()).toHaveLength(40);
    expect(store.users.get(adminId)).toMatchObject({ user_type: 'admin' });
    const everything = { actor_id: null, entity: null, document_id: null, from: null, to: null };
    const audit = store.audit.page({ ...everything, offset: 0, limit: 200 });
    expect(audit.entries.filter(({ refused }) => refused !== null)).toEqual([]);
    const page = { query: '', place: 'library', offset: 0, limit: 100 } as const;
    const all = store.documents.list({ ...page, visible_to: null });
    const ofSponsor = store.documents.list({ ...page, visible_to: sponsorId });
    expect(ofSponsor.total).toBeGreaterThan(0.9 * all.total);
    expect(store.documents.list({ ...page, visible_to: editorId }).total).toBeGreaterThan(5);
    const states = new Set(all.documents.map(({ document_state }) => document_state));
    expect(documentStates.filter((state) => !states.has(state))).toEqual([]);
    expect(all.documents.some(({ machine_share }) => machine_share > 0)).toBe(true);
  });

  it('is the same for the same seed, but for its own id', () => {
    const contents = (seed: number) =>
      changesOf(written(seed).store)
        .filter(({ entity }) => entity !== 'library')
        .map(({ sha256, signature }) => [sha256, signature]);
    const first = contents(7);
    expect(contents(7)).toEqual(first);
    expect(contents(8)).not.toEqual(first);
  });
});
