import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allowedOperations } from '../../../../src-main/access/authorize.ts';
import type { Document, DocumentState } from '../../../../src-main/contract/domain.ts';
import DocumentStateBar from '../../../../src-renderer/features/document-state/document-state.svelte';
import { readOnlyWords } from '../../../../src-renderer/features/document-state/read-only-words.ts';
import StepDialog from '../../../../src-renderer/features/document-state/step-dialog.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers, type DemoName } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;
const actions = { onStep: vi.fn(), onRetain: vi.fn() };

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge({ team: { user: 'sofia' } });
  vi.clearAllMocks();
});

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

function commission(document_state: DocumentState, fields: Partial<Document> = {}): Document {
  return bridge.addDocument('Spring catalogue', 'Paper.', {
    fields: { created_by: demoUsers.sofia.id, document_state, ...fields },
    editorId: demoUsers.bo.id,
  });
}

function show(document: Document, name: DemoName, hasEditor = true) {
  const user = demoUsers[name];
  const editor = hasEditor ? demoUsers.bo : null;
  const allowed = allowedOperations(
    { kind: 'user', user },
    { ...document, editor_id: editor?.id ?? null },
  );
  return render(DocumentStateBar, {
    document,
    sponsor: demoUsers.sofia,
    editor,
    allowed,
    userId: user.id,
    words: 820,
    ...actions,
  });
}

const labels = (): string[] =>
  screen
    .queryAllByRole('button')
    .map((one) => one.getAttribute('aria-label') ?? one.textContent.trim());

describe('the state of a document', () => {
  it('says where it stands, with whom, by when and how far', async () => {
    const { container } = show(
      commission('in_review', { due_on: '2020-01-01', target_words: 1_200 }),
      'sofia',
    );
    for (const fact of ['In review', 'You', 'Bo Ekman', 'late', '820 of 1,200 words']) {
      expect(container.textContent).toContain(fact);
    }
    await expectAccessible();
  });

  it.each([
    ['draft', 'sofia', false, ['Retain an editor…', 'Submit for review']],
    ['assigned', 'sofia', true, ['More steps']],
    ['assigned', 'bo', true, ['Start editing', 'Submit for review']],
    ['in_edit', 'bo', true, ['Submit for review']],
    ['in_review', 'bo', true, []],
    ['in_review', 'sofia', true, ['Request changes', 'Approve', 'More steps']],
    ['changes_requested', 'bo', true, ['Start editing', 'Submit for review']],
    ['approved', 'sofia', true, ['Archive', 'More steps']],
    ['archived', 'sofia', true, ['Take out of the archive']],
    ['in_review', 'ada', true, ['More steps']],
  ] as const)('while %s offers %s what comes next', (state, name, hasEditor, offered) => {
    show(commission(state), name, hasEditor);
    expect(labels()).toEqual(offered);
  });

  it('keeps the rest in a menu', async () => {
    show(commission('approved'), 'sofia');
    await fireEvent.keyDown(screen.getByRole('button', { name: 'More steps' }), { key: 'Enter' });
    await screen.findByRole('menu');
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent.trim())).toEqual([
      'Request changes…',
      'Reopen the review…',
      'Change editor…',
    ]);
    const reopen = screen.getByRole('menuitem', { name: 'Reopen the review…' });
    await fireEvent.keyDown(reopen, { key: 'Enter' });
    await fireEvent.click(screen.getByRole('button', { name: 'Archive' }));
    expect(actions.onStep).toHaveBeenLastCalledWith('archive');
  });
});

describe('a step', () => {
  const asked = { onBefore: vi.fn(() => Promise.resolve()), onMoved: vi.fn(), onClose: vi.fn() };
  const ask = (document: Document) => render(StepDialog, { document, step: 'approve', ...asked });

  it('is taken with a note, from the state that was shown, once the text is kept', async () => {
    const document = commission('in_review');
    ask(document);
    const note = await screen.findByLabelText('Hand-over note');
    await waitFor(() => expect(globalThis.document.activeElement).toBe(note));
    await fireEvent.input(note, { target: { value: ' Lovely. ' } });
    await expectAccessible();
    await fireEvent.click(screen.getByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(asked.onMoved).toHaveBeenCalledOnce());
    expect(bridge.callsOf('documents:step')).toEqual([
      { document_id: document.id, step: 'approve', from: 'in_review', hand_over: 'Lovely.' },
    ]);
    expect(asked.onBefore).toHaveBeenCalledOnce();
    expect(asked.onClose).toHaveBeenCalledOnce();
    expect(toasts.shown.at(-1)?.message).toBe('“Spring catalogue” is approved.');
  });

  it('is not taken when the document moved on meanwhile, and says so', async () => {
    const document = commission('in_review');
    ask(document);
    await bridge.invoke('documents:step', {
      document_id: document.id,
      step: 'request_changes',
      from: 'in_review',
      hand_over: '',
    });
    await fireEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    expect((await screen.findByRole('alert')).textContent).toContain('moved on meanwhile');
    expect(asked.onMoved).toHaveBeenCalledOnce();
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
    await fireEvent.click(screen.getAllByRole('button', { name: 'Close' }).at(-1)!);
    expect(asked.onClose).toHaveBeenCalledOnce();
  });

  it('is not taken when the text could not be kept', async () => {
    asked.onBefore.mockRejectedValueOnce(new Error('no'));
    ask(commission('in_review'));
    await fireEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    await screen.findByRole('alert');
    expect(bridge.callsOf('documents:step')).toEqual([]);
  });
});

describe('why a document can only be read', () => {
  const standing = { sponsor: demoUsers.sofia, editor: demoUsers.bo, userId: demoUsers.bo.id };

  it.each([
    ['archived', demoUsers.sofia.id, 'This document is archived.'],
    ['in_review', demoUsers.bo.id, 'In review: Sofia Lind reads it now.'],
    ['in_review', demoUsers.ada.id, 'You can read this document.'],
  ] as const)('is said of one that is %s', (document_state, userId, words) => {
    expect(readOnlyWords({ ...standing, document_state, userId })).toContain(words);
  });
});
