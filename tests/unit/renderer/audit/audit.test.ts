import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Audit from '../../../../src-renderer/features/audit/audit.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

const { ada, bo, sofia } = demoUsers;
let bridge: FakeBridge;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge({ team: { user: 'ada' } });
});
afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

function fill(): void {
  const note = (
    actor: typeof ada,
    entity: string,
    field: string,
    value: string | null,
    rest: object = {},
  ) =>
    bridge.audit.note({
      actor,
      entity,
      entity_id: bo.id,
      field,
      value,
      subject_name: 'Letter',
      ...rest,
    });
  note(ada, 'user', 'user_status', 'approved', {
    subject_name: 'Bo Ekman',
    changed_on: '2026-11-02T08:00:00.000Z',
  });
  note(sofia, 'retention', 'terms', 'Bo Ekman', { changed_on: '2026-11-03T08:00:00.000Z' });
  note(bo, 'document', 'document_state', 'approved', {
    changed_on: '2026-11-05T08:00:00.000Z',
    refused: 'An editor may not approve.',
    machine_name: 'bo-laptop',
  });
}

async function show() {
  const onClose = vi.fn();
  render(Audit, { onClose });
  await screen.findByRole('table', { name: 'Audit log' });
  await waitFor(() => expect(rows().length).toBeGreaterThan(0));
  return { onClose };
}

const rows = (): string[] =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('cell')[2]!.textContent.trim());

describe('the audit log', () => {
  it('tells who did what on which machine, newest first, and what had no effect', async () => {
    fill();
    await show();
    expect(rows()).toEqual([
      expect.stringMatching(
        /^moved “Letter” to approved\s+No effect: An editor may not approve\.$/,
      ),
      'retained Bo Ekman for “Letter”',
      'approved the account of Bo Ekman',
    ]);
    const [, newest] = screen.getAllByRole('row');
    within(newest!).getByText('Bo Ekman');
    within(newest!).getByText('bo-laptop');
    await expectAccessible();
  });

  it('is filtered by person', async () => {
    fill();
    await show();
    const field = screen.getByRole('combobox', { name: 'Person' });
    await fireEvent.click(field);
    await fireEvent.input(field, { target: { value: 'sofia' } });
    const option = await screen.findByRole('option', { name: /Sofia Lind/ });
    await fireEvent.pointerUp(option, { button: 0 });
    await fireEvent.click(option);
    await waitFor(() => expect(rows()).toEqual(['retained Bo Ekman for “Letter”']));
    await fireEvent.click(screen.getByRole('button', { name: 'Show everything' }));
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  it('is filtered by kind and days', async () => {
    fill();
    await show();
    const kind = screen.getByRole('combobox', { name: /^What/ });
    kind.focus();
    await fireEvent.keyDown(kind, { key: 'Enter' });
    const option = await screen.findByRole('option', { name: 'Users' });
    await fireEvent.pointerUp(option, { button: 0 });
    await fireEvent.click(option);
    await waitFor(() => expect(rows()).toEqual(['approved the account of Bo Ekman']));
    await fireEvent.input(screen.getByLabelText('From'), { target: { value: '2026-11-03' } });
    await screen.findByText('Nothing found');
    expect(bridge.callsOf('audit:list').at(-1)).toMatchObject({
      entity: 'user',
      from: '2026-11-03',
      to: null,
    });
  });

  it('grows as it is scrolled, and follows what is done meanwhile', async () => {
    for (let count = 0; count < 250; count++) fill();
    await show();
    screen.getByText('750');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    const before = bridge.callsOf('audit:list').length;
    const scroller = screen.getAllByRole('rowgroup')[1]!;
    scroller.scrollTop = 100 * 80;
    await fireEvent.scroll(scroller);
    await waitFor(() =>
      expect(bridge.callsOf('audit:list').slice(before)).toContainEqual(
        expect.objectContaining({ offset: 100, limit: 100 }),
      ),
    );
    fill();
    bridge.emit('store:changed', { documents: [], everything: true });
    await screen.findByText('753');
  });

  it.each([
    ['As CSV, for a spreadsheet', 'csv'],
    ['As JSON lines, for a program', 'jsonl'],
  ])('is exported %s', async (label, format) => {
    fill();
    await show();
    const trigger = screen.getByRole('button', { name: 'Export…' });
    trigger.focus();
    await fireEvent.keyDown(trigger, { key: 'Enter' });
    await fireEvent.click(await screen.findByRole('menuitem', { name: label }));
    await waitFor(() =>
      expect(toasts.shown.at(-1)?.message).toBe('The audit log is in /home/ada/audit.csv.'),
    );
    expect(bridge.callsOf('audit:export')).toMatchObject([{ format, actor_id: null }]);
  });

  it('says nothing where the dialog was closed', async () => {
    fill();
    bridge.audit.exportPath = null;
    await show();
    const trigger = screen.getByRole('button', { name: 'Export…' });
    trigger.focus();
    await fireEvent.keyDown(trigger, { key: 'Enter' });
    await fireEvent.click(await screen.findByRole('menuitem', { name: /CSV/ }));
    await waitFor(() => expect(bridge.callsOf('audit:export')).toHaveLength(1));
    expect(toasts.shown).toEqual([]);
  });

  it('closes with Escape', async () => {
    fill();
    const { onClose } = await show();
    await fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    expect(onClose).toHaveBeenCalledOnce();
  });
});
