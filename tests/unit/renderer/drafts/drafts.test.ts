import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AutodocWithDocument } from '../../../../src-main/contract/domain.ts';
import Drafts from '../../../../src-renderer/features/drafts/drafts.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

const draftText = ' The grass was wet.';
let bridge: FakeBridge;
let documentId: string;

beforeEach(() => {
  bridge = installFakeBridge({ draftText });
  documentId = bridge.addDocument('Lawn', 'How do I mow my lawn?').id;
});

function show() {
  const actions = {
    onInsert: vi.fn(),
    onAppend: vi.fn(),
    onUseAsText: vi.fn(),
    onNewFromDraft: vi.fn<(autodoc: AutodocWithDocument) => void>(),
    onSideBySide: vi.fn<(autodoc: AutodocWithDocument) => void>(),
    onDraftNow: vi.fn(() => void bridge.invoke('autodocs:draft', { document_id: documentId })),
  };
  render(Drafts, { documentId, ...actions });
  return actions;
}

const draftNow = () => fireEvent.click(screen.getByRole('button', { name: 'Draft now' }));
const cards = () => screen.findAllByRole('article');

describe('drafts', () => {
  it('explains what a draft is while there is none, and drafts', async () => {
    const { onDraftNow } = show();
    expect(await screen.findByText('No drafts yet')).toBeInstanceOf(HTMLElement);
    await draftNow();
    expect(onDraftNow).toHaveBeenCalledOnce();
    expect(await cards()).toHaveLength(1);
  });

  it('shows the draft as it is written, and its progress', async () => {
    show();
    await screen.findByText('No drafts yet');
    await draftNow();
    const card = (await cards())[0]!;
    expect(within(card).getByText('Reading the text…')).toBeInstanceOf(HTMLElement);
    bridge.stepDraft();
    bridge.stepDraft();
    await waitFor(() => expect(within(card).getByText('The grass')).toBeInstanceOf(HTMLElement));
    expect(within(card).getByText('2 of 4 tokens · 87 tokens/s')).toBeInstanceOf(HTMLElement);
    expect(within(card).getByRole<HTMLProgressElement>('progressbar').value).toBe(0.5);
    expect(within(card).queryByRole('button', { name: 'Insert' })).toBeNull();
  });

  it('says that another machine is to write a draft', async () => {
    bridge.addDraftElsewhere(documentId);
    show();
    const card = (await cards())[0]!;
    await within(card).findByText(/^Waiting for the machine it was saved on/);
    expect(within(card).queryByRole('progressbar')).toBeNull();
    bridge.emit('engine:changed', {
      state: 'drafting',
      model_name: 'starter',
      device: 'cpu',
      variant: 'int8',
      tokens_per_second: null,
      queue_length: 40,
      message: null,
    });
    // More wait here than are known: it may be one of them.
    await within(card).findByText('Waiting for its turn');
  });

  it('follows a best beam that changes in the middle', async () => {
    show();
    await screen.findByText('No drafts yet');
    await draftNow();
    const card = (await cards())[0]!;
    const progress = {
      autodoc_id: await newestId(),
      document_id: documentId,
      max_new_tokens: 9,
      tokens_per_second: 1,
    };
    bridge.emit('draft:progress', { ...progress, text: 'A red house stood', tokens: 4 });
    await waitFor(() => within(card).getByText('A red house stood'));
    bridge.emit('draft:progress', { ...progress, text: 'A blue house was', tokens: 4 });
    await waitFor(() => within(card).getByText('A blue house was'));
    expect(card.textContent).toContain('words may still change');
  });

  it('offers a finished draft, whole and exact', async () => {
    const draft = bridge.addAutodoc(documentId);
    const actions = show();
    const card = (await cards())[0]!;
    for (const name of ['Insert', 'Append', 'Use as text']) {
      await fireEvent.click(within(card).getByRole('button', { name }));
    }
    expect(actions.onInsert).toHaveBeenCalledWith(draftText);
    expect(actions.onAppend).toHaveBeenCalledWith(draftText);
    expect(actions.onUseAsText).toHaveBeenCalledWith(draftText);
    await fireEvent.click(within(card).getByRole('button', { name: /Side by side/ }));
    await fireEvent.click(within(card).getByRole('button', { name: /New document/ }));
    expect(actions.onSideBySide).toHaveBeenCalledWith(draft);
    expect(actions.onNewFromDraft).toHaveBeenCalledWith(draft);
  });

  it('says how a draft was made', async () => {
    bridge.addAutodoc(documentId);
    show();
    const card = (await cards())[0]!;
    expect(within(card).getByText('num_beams').nextElementSibling?.textContent).toBe('5');
    expect(within(card).getByText('Seed').nextElementSibling?.textContent).toBe('7');
  });

  it('announces a draft that begins and one that ends, and no token in between', async () => {
    show();
    await screen.findByText('No drafts yet');
    const announced: string[] = [];
    const status = screen.getAllByRole('status')[0]!;
    new MutationObserver(() => announced.push(status.textContent)).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    await draftNow();
    await cards();
    for (let token = 0; token < 4; token += 1) {
      bridge.stepDraft();
      await Promise.resolve();
    }
    await screen.findByRole('button', { name: 'Insert' });
    expect(announced).toEqual([
      'A draft is queued.',
      'The draft is being written.',
      'The draft is finished: 4 tokens.',
    ]);
  });

  it('keeps what a cancelled draft had written', async () => {
    const { onInsert } = show();
    await screen.findByText('No drafts yet');
    await draftNow();
    const card = (await cards())[0]!;
    bridge.stepDraft();
    await fireEvent.click(within(card).getByRole('button', { name: 'Cancel' }));
    expect(await within(card).findByText('Cancelled')).toBeInstanceOf(HTMLElement);
    await fireEvent.click(within(card).getByRole('button', { name: 'Insert' }));
    expect(onInsert).toHaveBeenCalledWith(' The');
  });

  it('stops the draft on Escape, unless a dialog has it or a control used it', async () => {
    show();
    await screen.findByText('No drafts yet');
    await draftNow();
    await cards();
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    document.body.append(dialog);
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    dialog.remove();
    const field = document.createElement('input');
    field.addEventListener('keydown', (event) => event.preventDefault());
    document.body.append(field);
    await fireEvent.keyDown(field, { key: 'Escape' });
    field.remove();
    expect(bridge.callsOf('autodocs:cancel')).toHaveLength(0);
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(await screen.findByText('Cancelled')).toBeInstanceOf(HTMLElement);
  });

  it('tells a waiting draft its place, behind those of other documents', async () => {
    const other = bridge.addDocument('Other', 'Words').id;
    await bridge.invoke('autodocs:draft', { document_id: other });
    show();
    await screen.findByText('No drafts yet');
    await draftNow();
    const card = (await cards())[0]!;
    expect(await within(card).findByText('Waiting: 1 draft before this one')).toBeInstanceOf(
      HTMLElement,
    );
    for (let token = 0; token < 4; token += 1) bridge.stepDraft();
    expect(await within(card).findByText('Reading the text…')).toBeInstanceOf(HTMLElement);
  });

  it('says why a draft failed and offers another', async () => {
    bridge.addAutodoc(documentId, {
      autodoc_state: 'failed',
      autodoc_body: '',
      failure: 'The engine stopped. Your text is kept.',
    });
    const { onDraftNow } = show();
    expect(await screen.findByText('The engine stopped. Your text is kept.')).toBeInstanceOf(
      HTMLElement,
    );
    expect(screen.queryByRole('button', { name: 'Insert' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Draft again' }));
    expect(onDraftNow).toHaveBeenCalledOnce();
  });

  it('keeps earlier drafts listed, closed until asked for', async () => {
    for (let count = 0; count < 25; count += 1) bridge.addAutodoc(documentId);
    show();
    expect(await cards()).toHaveLength(20);
    expect(screen.getAllByRole('button', { name: 'Insert' })).toHaveLength(1);
    await fireEvent.click(screen.getByRole('button', { name: 'Show older drafts (5)' }));
    const all = await cards();
    expect(all).toHaveLength(25);
    await fireEvent.click(within(all[24]!).getByRole('button', { expanded: false }));
    expect(screen.getAllByRole('button', { name: 'Insert' })).toHaveLength(2);
  });

  it('says on copying that a machine wrote the text', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    bridge.addAutodoc(documentId);
    show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Copy' }));
    await waitFor(() => expect(toasts.shown.at(-1)?.message).toMatch(/machine wrote.*proposal/));
    expect(writeText).toHaveBeenCalledWith(draftText);
    Reflect.deleteProperty(navigator, 'clipboard');
  });

  it('says what went wrong with loading', async () => {
    bridge.fail('autodocs:list', 'store_busy', 'The library is busy. Try again.');
    show();
    expect((await screen.findByRole('alert')).textContent).toBe('The library is busy. Try again.');
    expect(screen.queryByText('No drafts yet')).toBeNull();
  });
});

async function newestId(): Promise<string> {
  const answer = await bridge.invoke('autodocs:list', { document_id: documentId });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value[0]!.id;
}
