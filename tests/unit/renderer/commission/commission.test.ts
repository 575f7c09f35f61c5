import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import Commission from '../../../../src-renderer/features/commission/commission.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;
const onCommissioned = vi.fn();

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge({ team: { user: 'sofia' } });
  vi.clearAllMocks();
});

const show = (hasAccounts = true) =>
  render(Commission, { open: true, hasAccounts, onCommissioned });

async function type(label: string, value: string): Promise<void> {
  const field = await screen.findByLabelText(label);
  await fireEvent.input(field, { target: { value } });
}

async function press(name: string): Promise<void> {
  await fireEvent.click(await screen.findByRole('button', { name }));
}

async function chooseEditor(query: string, description: string): Promise<void> {
  const field = await screen.findByRole('combobox', { name: 'Editor' });
  await fireEvent.input(field, { target: { value: query } });
  await screen.findByText(description);
  await fireEvent.keyDown(field, { key: 'Enter' });
}

describe('a new commission', () => {
  it('says what is wanted, by when, how long, and who writes it', async () => {
    show();
    await type('Name', ' Spring catalogue ');
    await type('Brief', 'Warm and plain.');
    await type('Due', '2026-12-24');
    await type('Target length in words', '1,200');
    await press('Add a note');
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByLabelText('Title of note 1'));
    });
    await type('Title of note 1', 'Sources');
    await type('Text of note 1', 'The letter of 2019.');
    await press('Add a note');
    await chooseEditor('bo', 'Lind & Daughters · bo@example.org');
    await type('Note for Bo Ekman', 'Begin with the mill.');
    await press('Starting text');
    await type('Starting text', 'The paper comes from');
    await expectAccessible();
    await press('Commission');
    await waitFor(() => expect(onCommissioned).toHaveBeenCalledOnce());
    expect(bridge.callsOf('documents:commission')).toEqual([
      {
        document_name: 'Spring catalogue',
        document_body: 'The paper comes from',
        brief: 'Warm and plain.',
        due_on: '2026-12-24',
        target_words: 1_200,
        notes: [{ title: 'Sources', text: 'The letter of 2019.' }],
        editor_id: demoUsers.bo.id,
        hand_over: 'Begin with the mill.',
      },
    ]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('needs a name, and a target that is a number', async () => {
    show();
    await type('Target length in words', 'many');
    await press('Commission');
    await screen.findByText('Give the document a name.');
    await screen.findByText('Write a whole number of words, such as 1200.');
    expect(bridge.callsOf('documents:commission')).toEqual([]);
  });

  it('takes notes away again', async () => {
    show();
    await press('Add a note');
    await type('Title of note 1', 'One');
    await press('Add a note');
    await type('Title of note 2', 'Two');
    await press('Remove note 1');
    expect(screen.getByLabelText<HTMLInputElement>('Title of note 1').value).toBe('Two');
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add a note' }));
    });
  });

  it('keeps what was typed when it is closed, and when it could not be sent', async () => {
    const { rerender } = show();
    await type('Name', 'Spring catalogue');
    await press('Cancel');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await rerender({ open: true });
    expect((await screen.findByLabelText<HTMLInputElement>('Name')).value).toBe('Spring catalogue');
    bridge.fail('documents:commission', 'disk_full', 'The disk is full. Nothing was made.');
    await press('Commission');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The disk is full. Nothing was made.',
    );
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Spring catalogue');
    expect(onCommissioned).not.toHaveBeenCalled();
  });

  it('asks a lone writer for no editor', async () => {
    bridge = installFakeBridge();
    show(false);
    await type('Name', 'Mine');
    expect(screen.queryByRole('combobox', { name: 'Editor' })).toBeNull();
    await press('Commission');
    await waitFor(() => expect(onCommissioned).toHaveBeenCalledOnce());
    expect(bridge.callsOf('documents:commission')).toMatchObject([
      { editor_id: null, hand_over: '', due_on: null, target_words: null, notes: [] },
    ]);
  });
});
