import { describe, expect, it } from 'vitest';
import type { AutodocOutcome, LibraryStore } from '../../../src-main/store/types.ts';
import { openMachines, shared } from '../../fixtures/store/machines.ts';
import { derivedRowsOf } from '../../fixtures/store/replicas.ts';
import {
  autodocOf,
  createDocument,
  doneOutcome,
  ownerId,
} from '../../fixtures/store/temporary-library.ts';

const unhurried = { breathe: () => Promise.resolve() };

const cancelled: AutodocOutcome = {
  ...{ autodoc_state: 'cancelled', autodoc_body: '', failure: null, prompt_start: null },
  ...{ prompt_end: null, model_sha256: null, device: null, variant: null, tokens: null },
  ...{ score: null, duration_ms: null, candidates: [], token_ids: [] },
};
const done = (autodoc_body: string): AutodocOutcome => ({
  ...{ ...doneOutcome, autodoc_body },
  ...{ candidates: [], token_ids: [] },
});

/** Two machines that end one draft apart; each then hears of the other, in one order or the other. */
async function ended(
  outcomes: readonly [AutodocOutcome, AutodocOutcome],
  later: 0 | 1,
): Promise<{ readonly machines: readonly LibraryStore[]; readonly autodocId: string }> {
  let autodocId = '';
  // The clock of one is behind: its change stands first.
  const machines = openMachines(
    2,
    (machine) => ({ now: () => Date.now() + (machine === later ? 60_000 : 0) }),
    (store) => {
      const { document, version } = createDocument(store);
      autodocId = store.write({ id: ownerId }, (t) =>
        t.queueAutodoc(autodocOf(document.id, version.id)),
      ).id;
    },
  );
  for (const [at, machine] of machines.entries()) {
    machine.write({ id: ownerId }, (t) => t.finishAutodoc(autodocId, outcomes[at]!));
  }
  const files = machines.map((machine) => shared(machine));
  for (const [at, machine] of machines.entries()) {
    await machine.team.take(files[1 - at]!, unhurried);
  }
  return { machines, autodocId };
}

function texts(store: LibraryStore): readonly string[] {
  const bodies = store.autodocs.list().map(({ autodoc_body }) => autodoc_body);
  return bodies.filter((body) => body !== '').sort();
}

describe('a draft that two machines ended', () => {
  it('keeps both texts: the first is the draft’s, the other a draft of its own', async () => {
    for (const later of [0, 1] as const) {
      const { machines, autodocId } = await ended([done(' one'), done(' other')], later);
      for (const machine of machines) {
        expect(texts(machine)).toEqual([' one', ' other']);
        expect(machine.autodocs.get(autodocId)?.autodoc_body).toBe(later === 0 ? ' other' : ' one');
        const [own, further] = machine.autodocs.list().toReversed();
        expect(own?.id).toBe(autodocId);
        expect(further).toMatchObject({ version_id: own?.version_id, seed: own?.seed });
        expect(further?.document_id).toBe(own?.document_id);
        const { documents } = machine.documents.list({
          ...{ query: 'other', visible_to: null, place: 'library', offset: 0, limit: 10 },
        });
        expect(documents).toHaveLength(1);
        expect(machine.verify().problems).toEqual([]);
        const rows = derivedRowsOf(machine);
        expect(machine.rebuild().problems).toEqual([]);
        expect(derivedRowsOf(machine)).toEqual(rows);
      }
      const [one, other] = machines;
      expect(derivedRowsOf(one!)).toEqual(derivedRowsOf(other!));
    }
  });

  it('shows the text of the one where the other was called off', async () => {
    for (const later of [0, 1] as const) {
      const { machines } = await ended([cancelled, done(' and then it rained.')], later);
      for (const machine of machines) {
        expect(texts(machine)).toEqual([' and then it rained.']);
        expect(machine.verify().problems).toEqual([]);
      }
    }
  });

  it('is one draft where neither wrote anything', async () => {
    const { machines } = await ended([cancelled, cancelled], 0);
    for (const machine of machines) expect(machine.autodocs.list()).toHaveLength(1);
  });
});

describe('drafts that wait elsewhere', () => {
  it('are told once this machine has known of them for a while, by its own clock', async () => {
    let nowMs = Date.parse('2026-11-29T10:00:00Z');
    const clock = { now: () => nowMs };
    const [one, other] = openMachines(2, () => clock) as [LibraryStore, LibraryStore];
    const { document, version } = createDocument(one);
    const { id } = one.write({ id: ownerId }, (t) =>
      t.queueAutodoc(autodocOf(document.id, version.id)),
    );
    await other.team.take(shared(one), unhurried);
    const waited = (store: LibraryStore) =>
      store.autodocs.queuedElsewhere({ waitedMs: 3_600_000 }).map((autodoc) => autodoc.id);
    expect([waited(one), waited(other)]).toEqual([[], []]);
    nowMs += 3_599_999;
    expect(waited(other)).toEqual([]);
    nowMs += 1;
    expect([waited(one), waited(other)]).toEqual([[], [id]]);
    // The clock was set back, before it was known at all: it is counted from then.
    nowMs -= 7_200_000;
    expect(waited(other)).toEqual([]);
    nowMs += 3_600_000;
    expect(waited(other)).toEqual([id]);
    other.write({ id: ownerId }, (t) => t.finishAutodoc(id, doneOutcome));
    expect(waited(other)).toEqual([]);
    expect(other.autodocs.queueLength()).toBe(0);
  });
});
