import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src-main/contract/domain.ts';
import { openMachines, shared } from '../../fixtures/store/machines.ts';
import { derivedRowsOf } from '../../fixtures/store/replicas.ts';
import { joinWriters } from '../../fixtures/store/writing-team.ts';
import { openDesk, type Desk } from './desk.ts';

const body = 'I am happy today.\n\nIt rains.';

async function meet(desks: readonly Desk[]): Promise<void> {
  const sources = desks.map(({ store }) => shared(store));
  for (const [at, { store }] of desks.entries()) {
    for (const [index, source] of sources.entries()) {
      if (index !== at) await store.team.take(source);
    }
  }
  const [first, ...others] = desks.map(({ store }) => derivedRowsOf(store));
  for (const rows of others) expect(rows).toEqual(first);
  for (const { store } of desks) expect(store.verify().problems).toEqual([]);
}

async function openOffices(count: number) {
  const desks = openMachines(count).map(openDesk);
  joinWriters(desks[0]!.store, { accounts: false });
  const { document } = await desks[0]!.documents.create(desks[0]!.as('Ada'), {
    ...{ document_name: 'A name', document_body: body, draft: false },
  });
  await meet(desks);
  return { desks, documentId: document.id };
}

const look = (desk: Desk, document_id: Id) => desk.documents.open(desk.as('Ada'), { document_id });

/** Writes on what the document shows, as an editor does. */
async function write(desk: Desk, documentId: Id, change: (text: string) => string) {
  const { document, head_version_ids, conflicts } = await look(desk, documentId);
  const beside = conflicts.map(({ id }) => id);
  return desk.documents.save(desk.as('Ada'), {
    ...{ document_id: documentId, document_body: change(document.document_body), draft: false },
    base_version_ids: head_version_ids.filter((id) => !beside.includes(id)),
  });
}

const listed = (desk: Desk) =>
  desk.documents.list(desk.as('Ada'), { query: '', place: 'library', offset: 0, limit: 10 });

async function inConflict() {
  const { desks, documentId } = await openOffices(2);
  const [one, other] = desks as [Desk, Desk];
  await write(one, documentId, (text) => text.replace('happy', 'glad'));
  const theirs = await write(other, documentId, (text) =>
    text.replace('happy', 'merry').replace('rains', 'pours'),
  );
  await meet(desks);
  return { desks, one, other, documentId, theirs: theirs.version.id };
}

describe('what two people wrote at once', () => {
  it('is one text on both machines where it merges, and one version once somebody saves', async () => {
    const { desks, documentId } = await openOffices(3);
    const [one, two, three] = desks as [Desk, Desk, Desk];
    await write(one, documentId, (text) => text.replace('happy', 'glad'));
    await write(two, documentId, (text) => text.replace('rains', 'pours'));
    await write(three, documentId, (text) => `${text}\n\nThe end.`);
    await meet(desks);
    const opened = await look(one, documentId);
    expect(opened.document.document_body).toBe('I am glad today.\n\nIt pours.\n\nThe end.');
    expect(opened.conflicts).toEqual([]);
    expect(opened.head_version_ids).toHaveLength(3);
    await write(two, documentId, (text) => text.replace('today', 'now'));
    await meet(desks);
    const after = await look(three, documentId);
    expect(after.document.document_body).toBe('I am glad now.\n\nIt pours.\n\nThe end.');
    expect(after.head_version_ids).toHaveLength(1);
  });

  it('stands side by side where it does not, and is settled by a text', async () => {
    const { desks, one, other, documentId, theirs } = await inConflict();
    const opened = await look(other, documentId);
    expect(opened.document.document_body).toBe('I am glad today.\n\nIt rains.');
    expect(opened.conflicts).toMatchObject([{ id: theirs, document_id: documentId }]);
    expect((await listed(one)).documents).toMatchObject([{ conflicts: 1 }]);

    const view = await one.conflicts.show(one.as('Ada'), { document_id: documentId });
    expect(view).toMatchObject({
      id: theirs,
      author_name: 'Ada',
      others: 0,
      regions: [
        { kind: 'merged', text: 'I am ' },
        { kind: 'choice', base: 'happy', ours: 'glad', theirs: 'merry' },
        { kind: 'merged', text: ' today.\n\nIt pours.' },
      ],
    });
    await one.documents.save(one.as('Ada'), {
      ...{ document_id: documentId, draft: false },
      document_body: 'I am glad and merry today.\n\nIt pours.',
      base_version_ids: [...view!.base_version_ids],
    });
    await meet(desks);
    const settled = await look(other, documentId);
    expect(settled.document.document_body).toBe('I am glad and merry today.\n\nIt pours.');
    expect(settled.conflicts).toEqual([]);
    expect(settled.head_version_ids).toHaveLength(1);
    expect((await listed(one)).documents).toMatchObject([{ conflicts: 0 }]);
    expect(await other.conflicts.show(other.as('Ada'), { document_id: documentId })).toBeNull();
    // Both sides stay in the history.
    const versions = await other.versions.list(other.as('Ada'), { document_id: documentId });
    expect(versions).toHaveLength(4);
  });

  it('is settled by taking what the text says already', async () => {
    const { desks, one, documentId } = await inConflict();
    const { document_body } = (await look(one, documentId)).document;
    const view = await one.conflicts.show(one.as('Ada'), { document_id: documentId });
    await one.documents.save(one.as('Ada'), {
      ...{ document_id: documentId, document_body, draft: false },
      base_version_ids: [...view!.base_version_ids],
    });
    await meet(desks);
    expect(await look(one, documentId)).toMatchObject({
      conflicts: [],
      document: { document_body },
    });
  });

  it('stays side by side while people write on, and nobody finds their text gone', async () => {
    const { desks, one, documentId, theirs } = await inConflict();
    const saved = await write(one, documentId, (text) => text.replace('glad', 'very glad'));
    expect(saved.document.document_body).toBe('I am very glad today.\n\nIt rains.');
    // Put back what was there before, too: it settles nothing.
    await one.versions.restore(one.as('Ada'), {
      ...{ document_id: documentId, version_id: saved.version.id },
    });
    await meet(desks);
    const opened = await look(one, documentId);
    expect(opened.document.document_body).toBe('I am very glad today.\n\nIt rains.');
    expect(opened.conflicts).toMatchObject([{ id: theirs }]);
  });

  it('stands one after the other where more than two wrote', async () => {
    const { desks, documentId } = await openOffices(3);
    const words = ['glad', 'merry', 'content'];
    for (const [index, desk] of desks.entries()) {
      await write(desk, documentId, (text) => text.replace('happy', words[index]!));
    }
    await meet(desks);
    const [one] = desks as [Desk];
    for (const others of [1, 0]) {
      const view = await one.conflicts.show(one.as('Ada'), { document_id: documentId });
      expect(view?.others).toBe(others);
      await one.documents.save(one.as('Ada'), {
        ...{ document_id: documentId, draft: false },
        document_body: view!.regions
          .map((region) => (region.kind === 'merged' ? region.text : region.theirs))
          .join(''),
        base_version_ids: [...view!.base_version_ids],
      });
    }
    await meet(desks);
    const opened = await look(one, documentId);
    expect(opened.conflicts).toEqual([]);
    expect(opened.document.document_body).toBe('I am content today.\n\nIt rains.');
  });
});

describe('an approval', () => {
  it('holds for what it saw: what was written apart opens the review again', async () => {
    const { desks, documentId } = await openOffices(2);
    const [one, other] = desks as [Desk, Desk];
    const step = (desk: Desk, step_: 'submit' | 'approve', from: 'draft' | 'in_review') =>
      desk.documents.step(desk.as('Ada'), {
        ...{ document_id: documentId, step: step_, from, hand_over: '' },
      });
    await step(one, 'submit', 'draft');
    await meet(desks);
    await write(other, documentId, (text) => text.replace('rains', 'pours'));
    await step(one, 'approve', 'in_review');
    expect((await look(one, documentId)).document.document_state).toBe('approved');
    await meet(desks);
    expect((await look(one, documentId)).document).toMatchObject({
      document_state: 'in_review',
      document_body: 'I am happy today.\n\nIt pours.',
    });
    await step(other, 'approve', 'in_review');
    await meet(desks);
    expect((await look(one, documentId)).document.document_state).toBe('approved');
  });
});
