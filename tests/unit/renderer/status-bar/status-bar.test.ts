import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  ContextMeasure,
  DraftProgress,
  EngineStatus,
} from '../../../../src-main/contract/channels.ts';
import {
  contextExplanation,
  contextWords,
} from '../../../../src-renderer/features/status-bar/context-words.ts';
import {
  engineWords,
  speedWords,
} from '../../../../src-renderer/features/status-bar/engine-words.ts';
import StatusBar from '../../../../src-renderer/features/status-bar/status-bar.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

const idle: EngineStatus = {
  state: 'idle',
  model_name: 'starter',
  device: null,
  variant: null,
  tokens_per_second: null,
  queue_length: 0,
  message: null,
};
const progress: DraftProgress = {
  autodoc_id: 'a',
  document_id: 'd',
  text: '',
  tokens: 12,
  max_new_tokens: 40,
  tokens_per_second: 80,
};
const context: ContextMeasure = {
  tokens: 5_000,
  is_exact: true,
  prompt_tokens: 984,
  reads_from: 12_000,
  n_positions: 1_024,
  max_new_tokens: 40,
};

describe('what the model is doing', () => {
  it.each<[Partial<EngineStatus>, DraftProgress | null, string]>([
    [{}, null, 'Ready'],
    [{ queue_length: 2 }, null, '2 waiting'],
    [{ state: 'loading', queue_length: 1 }, null, 'Loading starter'],
    [{ state: 'loading', model_name: null }, null, 'Loading the model'],
    [{ state: 'drafting', queue_length: 1 }, null, 'Reading'],
    [{ state: 'drafting', queue_length: 1 }, progress, 'Drafting 12 of 40 tokens'],
    [{ state: 'drafting', queue_length: 3 }, progress, 'Drafting 12 of 40 tokens, 2 waiting'],
    [{ state: 'restarting' }, null, 'Restarting the engine'],
    [{ state: 'failed' }, null, 'Drafting failed'],
  ])('%j is said in words', (change, now, words) => {
    expect(engineWords({ ...idle, ...change }, now)).toBe(words);
  });

  it('is a speed with a decimal only while it is slow', () => {
    expect([speedWords(3.26), speedWords(87.4)]).toEqual(['3.3 tokens/s', '87 tokens/s']);
  });
});

describe('what the model reads', () => {
  it('is the end of a long text, and says why', () => {
    expect(contextWords(context)).toBe('Reads the last 984 tokens');
    expect(contextExplanation(context)).toContain('1,024 tokens at once');
  });

  it('is all of a short one', () => {
    const short = { ...context, prompt_tokens: 20, reads_from: 0 };
    expect(contextWords(short)).toBe('Reads all 20 tokens');
    expect(contextExplanation(short)).toContain('fits whole');
  });
});

describe('the status bar', () => {
  let bridge: FakeBridge;
  const facts = {
    words: 3,
    selectedWords: null,
    saveState: { state: 'saved' },
    context,
    isAnnouncing: true,
  } as const;

  beforeEach(() => {
    bridge = installFakeBridge();
  });

  it('shows words, the selection, what is read and where the text is', () => {
    render(StatusBar, { props: { ...facts, selectedWords: 2 } });
    const bar = screen.getByRole('contentinfo', { name: 'Status' });
    expect(bar.textContent).toContain('3 words, 2 words selected');
    expect(bar.textContent).toContain('Reads the last 984 tokens');
    expect(screen.getByTestId('save-state').textContent).toBe('Saved');
  });

  it('says aloud that text could not be saved', () => {
    render(StatusBar, {
      props: { ...facts, saveState: { state: 'failed', reason: 'The disk is full.' } },
    });
    expect(screen.getByRole('alert').textContent).toContain('Not saved: The disk is full.');
  });

  it('follows a draft, says when it begins and ends, and where it ran', async () => {
    render(StatusBar, { props: facts });
    await screen.findByText('Ready');
    const document = bridge.addDocument('Lawn', 'Grass.');
    await bridge.invoke('autodocs:draft', { document_id: document.id });
    bridge.stepDraft();
    await screen.findByText('Drafting 1 of 11 tokens');
    await screen.findByText('The model has begun a draft.');
    for (let token = 2; token <= 11; token++) bridge.stepDraft();
    await screen.findByText('Ready');
    await screen.findByText('The draft is finished: 11 tokens.');
    expect(screen.getByRole('contentinfo').textContent).toContain('CPU · int8');
    expect(screen.getByText('87 tokens/s')).toBeTruthy();
  });

  it('cancels the draft that is being written', async () => {
    render(StatusBar, { props: facts });
    const document = bridge.addDocument('Lawn', 'Grass.');
    await bridge.invoke('autodocs:draft', { document_id: document.id });
    bridge.stepDraft();
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await screen.findByText('The draft was stopped.');
    expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
  });

  it('takes a draft out of the queue before its first token', async () => {
    render(StatusBar, { props: facts });
    const document = bridge.addDocument('Lawn', 'Grass.');
    await bridge.invoke('autodocs:draft', { document_id: document.id });
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await screen.findByText('Ready');
    expect(bridge.callsOf('autodocs:cancel')).toHaveLength(1);
  });

  it('leaves announcing to the drafts where those are on the screen', async () => {
    render(StatusBar, { props: { ...facts, isAnnouncing: false } });
    const document = bridge.addDocument('Lawn', 'Grass.');
    await bridge.invoke('autodocs:draft', { document_id: document.id });
    bridge.stepDraft();
    await screen.findByText('Drafting 1 of 11 tokens');
    expect(screen.queryByText('The model has begun a draft.')).toBeNull();
  });

  it('says where a draft ran and why it fell back, without alarm', async () => {
    render(StatusBar, { props: facts });
    await screen.findByText('Ready');
    const message = 'The GPU was lost: the rest was written on the CPU.';
    bridge.emit('engine:changed', { ...idle, device: 'cpu', variant: 'int8', message });
    const said = await screen.findByRole('button', { name: message });
    expect(screen.getByRole('button', { name: 'CPU · int8' })).toBeTruthy();
    expect(said.classList.contains('warning')).toBe(false);
    await expectAccessible();

    bridge.emit('engine:changed', { ...idle, state: 'failed', message: 'The engine stopped.' });
    const failure = await screen.findByRole('button', { name: 'The engine stopped.' });
    expect(failure.classList.contains('warning')).toBe(true);
  });
});
