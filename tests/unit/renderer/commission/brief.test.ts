import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Document, DocumentOperation } from '../../../../src-main/contract/domain.ts';
import Brief from '../../../../src-renderer/features/commission/brief.svelte';
import RetainDialog from '../../../../src-renderer/features/commission/retain-dialog.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;
let commissioned: Document;
const actions = { onDescribed: vi.fn(), onRetain: vi.fn() };
const everything: readonly DocumentOperation[] = ['document:describe', 'document:retain'];

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge({ team: { user: 'sofia' } });
  vi.clearAllMocks();
  commissioned = bridge.addDocument('Spring catalogue', 'Paper.', {
    fields: {
      created_by: demoUsers.sofia.id,
      document_state: 'in_edit',
      brief: 'Warm and plain.',
      due_on: '2026-12-24',
      target_words: 1_200,
      notes: [{ title: 'Sources', text: 'The letter of 2019.' }],
      folder: 'Catalogue',
      tags: ['spring'],
    },
    editorId: demoUsers.elif.id,
  });
  bridge.work.retain(commissioned.id, demoUsers.bo.id);
});

function show(allowed: readonly DocumentOperation[] = everything) {
  return render(Brief, {
    document: commissioned,
    sponsor: demoUsers.sofia,
    editor: demoUsers.bo,
    allowed,
    words: 820,
    ...actions,
  });
}

describe('the brief', () => {
  it('says what was commissioned, and who edited it so far', async () => {
    const { container } = show([]);
    await screen.findByText('Elif Kaya');
    for (const fact of [
      'Warm and plain.',
      'In edit',
      'Sofia Lind',
      '820 of 1,200 words',
      'Catalogue',
      'spring',
    ]) {
      expect(container.textContent).toContain(fact);
    }
    expect(screen.getAllByRole('listitem').map((item) => item.textContent.trim())).toEqual([
      expect.stringMatching(/^Bo Ekman since .*, retained by Sofia Lind$/),
      expect.stringMatching(/^Elif Kaya .* to /),
    ]);
    await fireEvent.click(screen.getByRole('button', { name: 'Sources' }));
    await screen.findByText('The letter of 2019.');
    expect(screen.queryByRole('button', { name: 'Edit details' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Change editor…' })).toBeNull();
    await expectAccessible();
  });

  it('is written anew, and gives the keyboard back', async () => {
    show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Edit details' }));
    const brief = await screen.findByLabelText('Brief', { selector: 'textarea' });
    await waitFor(() => expect(document.activeElement).toBe(brief));
    await expectAccessible();
    await fireEvent.input(brief, { target: { value: 'Shorter.' } });
    await fireEvent.input(screen.getByLabelText('Target length in words'), {
      target: { value: '' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(actions.onDescribed).toHaveBeenCalledOnce());
    expect(bridge.callsOf('documents:describe')).toEqual([
      {
        document_id: commissioned.id,
        brief: 'Shorter.',
        due_on: '2026-12-24',
        target_words: null,
        notes: [{ title: 'Sources', text: 'The letter of 2019.' }],
        folder: 'Catalogue',
        tags: ['spring'],
      },
    ]);
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Edit details' }));
    });
  });

  it('says why it could not be kept, and keeps what was typed', async () => {
    show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Edit details' }));
    await fireEvent.input(screen.getByLabelText('Folder'), { target: { value: 'Elsewhere' } });
    bridge.fail('documents:describe', 'not_allowed', 'The document is archived by now.');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('The document is archived by now.');
    expect(screen.getByLabelText<HTMLInputElement>('Folder').value).toBe('Elsewhere');
  });

  it('leads to another editor', async () => {
    show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Change editor…' }));
    expect(actions.onRetain).toHaveBeenCalledOnce();
  });
});

describe('retaining an editor', () => {
  const asked = { onRetained: vi.fn(), onClose: vi.fn() };
  const ask = () =>
    render(RetainDialog, { document: commissioned, editor: demoUsers.bo, ...asked });

  it('hands a document over, with a note', async () => {
    ask();
    const field = await screen.findByRole('combobox', { name: 'Editor' });
    await fireEvent.input(field, { target: { value: 'elif' } });
    await screen.findByText('The Engine Press · elif@example.org');
    await fireEvent.keyDown(field, { key: 'Enter' });
    await fireEvent.input(screen.getByLabelText('Hand-over note'), {
      target: { value: ' The last part is missing. ' },
    });
    await expectAccessible();
    await fireEvent.click(screen.getByRole('button', { name: 'Retain' }));
    await waitFor(() => expect(asked.onRetained).toHaveBeenCalledOnce());
    expect(bridge.callsOf('retentions:retain')).toEqual([
      {
        document_id: commissioned.id,
        editor_id: demoUsers.elif.id,
        hand_over: 'The last part is missing.',
      },
    ]);
    expect(asked.onClose).toHaveBeenCalledOnce();
  });

  it('can retain nobody, and offers no one twice', async () => {
    ask();
    const retain = await screen.findByRole<HTMLButtonElement>('button', { name: 'Retain' });
    expect(retain.disabled).toBe(true);
    await fireEvent.click(screen.getByRole('button', { name: 'Retain nobody' }));
    await waitFor(() => {
      expect(bridge.callsOf('retentions:retain')).toMatchObject([{ editor_id: null }]);
    });
  });
});
