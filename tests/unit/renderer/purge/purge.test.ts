import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src-renderer/App.svelte';
import PurgeDialog from '../../../../src-renderer/features/purge/purge-dialog.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge();
});

const confirm = (): HTMLButtonElement =>
  screen.getByRole<HTMLButtonElement>('button', { name: 'Purge for good' });
const type = (value: string) =>
  fireEvent.input(screen.getByLabelText('Type “purge” to confirm'), { target: { value } });

describe('purging', () => {
  it('says what it does and where it cannot reach, and takes a typed word', async () => {
    const document = bridge.addDocument('Lawn', 'Grass.');
    const onClose = vi.fn();
    const onBefore = vi.fn(() => Promise.resolve());
    render(PurgeDialog, { document, onBefore, onClose });
    const dialog = await screen.findByRole('dialog', { name: 'Purge “Lawn” for good?' });
    expect(dialog.textContent).toContain('It cannot be taken back');
    expect(dialog.textContent).toContain('Where it does not reach');
    expect(confirm().disabled).toBe(true);
    await type('purg');
    expect(confirm().disabled).toBe(true);
    await type('Purge ');
    await expectAccessible();
    await fireEvent.click(confirm());
    const report = await screen.findByRole('dialog', { name: '“Lawn” is purged' });
    expect(bridge.callsOf('documents:purge')).toEqual([{ document_id: document.id }]);
    expect(onBefore).toHaveBeenCalledOnce();
    expect(report.textContent).toMatch(/12\s+pieces of text were emptied/);
    expect(report.textContent).toContain('Two machines have not heard of it yet.');
    await expectAccessible();
    await fireEvent.click(within(report).getByRole('button', { name: 'Done' }));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('says why it could not be done', async () => {
    const document = bridge.addDocument('Lawn', 'Grass.');
    render(PurgeDialog, { document, onBefore: () => Promise.resolve(), onClose: vi.fn() });
    await type('purge');
    bridge.fail('documents:purge', 'disk_full', 'The disk is full. Nothing was purged.');
    await fireEvent.click(confirm());
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing was purged');
  });
});

describe('in the trash', () => {
  async function menuInTrash(): Promise<HTMLElement> {
    await fireEvent.click(await screen.findByRole('button', { name: 'Trash' }));
    const row = await screen.findByRole('button', { name: 'Actions for Lawn' });
    row.focus();
    await fireEvent.keyDown(row, { key: 'Enter' });
    return screen.findByRole('menu');
  }

  it('is in a document’s menu', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.', { trashed: true });
    render(App);
    const menu = await menuInTrash();
    await fireEvent.click(within(menu).getByRole('menuitem', { name: 'Purge for good…' }));
    await screen.findByRole('dialog', { name: 'Purge “Lawn” for good?' });
    await type('purge');
    await fireEvent.click(confirm());
    await screen.findByRole('dialog', { name: '“Lawn” is purged' });
    await waitFor(() => expect(bridge.body(id)).toBe(''));
  });

  it('is for admins alone', async () => {
    bridge = installFakeBridge({ team: { user: 'sofia' } });
    bridge.addDocument('Lawn', 'Grass.', {
      trashed: true,
      fields: { created_by: demoUsers.sofia.id },
    });
    render(App);
    const menu = await menuInTrash();
    within(menu).getByRole('menuitem', { name: 'Restore' });
    expect(within(menu).queryByRole('menuitem', { name: 'Purge for good…' })).toBeNull();
  });
});
