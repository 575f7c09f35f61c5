import { expect, it } from 'vitest';
import { openMachines, shared } from '../../fixtures/store/machines.ts';
import { joinWriters, writerId } from '../../fixtures/store/writing-team.ts';
import { openDesk } from './desk.ts';

/** An hour between what the two do. */
function openTwoDesks() {
  const clocks = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1)];
  const [one, other] = openMachines(2, (machine) => ({ now: () => clocks[machine]! })).map(
    openDesk,
  );
  return { one: one!, other: other!, clocks };
}

it('keeps a text that its author was no longer entitled to, for whoever may read the document', async () => {
  const { one, other, clocks } = openTwoDesks();
  joinWriters(one.store, { accounts: true });
  const { document, version } = await one.documents.create(one.as('Sam'), {
    ...{ document_name: 'Lawn', document_body: 'Grass.', draft: false },
  });
  const document_id = document.id;
  await one.retentions.retain(one.as('Sam'), {
    ...{ document_id, editor_id: writerId('Ed'), hand_over: '' },
  });
  await other.store.team.take(shared(one.store));

  clocks[0]! += 60 * 60 * 1000;
  clocks[1]! += 2 * 60 * 60 * 1000;
  await one.retentions.retain(one.as('Sam'), { document_id, editor_id: null, hand_over: '' });
  // Ed has not heard of it yet.
  const written = await other.documents.save(other.as('Ed'), {
    ...{ document_id, document_body: 'Tall grass.', draft: false },
    base_version_ids: [version.id],
  });
  await one.store.team.take(shared(other.store));
  await other.store.team.take(shared(one.store));

  for (const desk of [one, other]) {
    expect(desk.store.documents.get(document_id)!.document_body).toBe('Grass.');
    const versions = await desk.versions.list(desk.as('Sam'), { document_id });
    expect(versions.map(({ id, refused }) => [id, refused])).toEqual([
      [written.version.id, 'Its author was not entitled to it.'],
      [version.id, null],
    ]);
  }
  const version_id = written.version.id;
  expect(await one.versions.show(one.as('Sam'), { version_id })).toMatchObject({
    ...{ document_body: 'Tall grass.', author_name: 'Ed', parents: [version.id] },
  });
  // Ed may not read the document any more, and nobody else may who never could.
  for (const name of ['Ed', 'Eve'] as const) {
    const asked = async () => one.versions.show(one.as(name), { version_id });
    await expect(asked()).rejects.toMatchObject({ code: 'not_allowed' });
  }

  const restored = await one.versions.restore(one.as('Sam'), { document_id, version_id });
  expect(restored.document.document_body).toBe('Tall grass.');
  expect(restored.version).toMatchObject({ parents: [version.id], refused: null });
});
