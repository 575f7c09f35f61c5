import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import Drafts from '../../../../src-renderer/features/drafts/drafts.svelte';
import {
  averageWords,
  likelihoodOf,
  percentText,
  spokenToken,
  tokenName,
} from '../../../../src-renderer/features/drafts/token-words.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;
let autodocId: string;

beforeEach(() => {
  bridge = installFakeBridge({ draftText: ' The grass was wet and the mower' });
  const documentId = bridge.addDocument('Lawn', 'How do I mow my lawn?').id;
  autodocId = bridge.addAutodoc(documentId).id;
  const nothing = () => undefined;
  render(Drafts, {
    documentId,
    onInsert: nothing,
    onAppend: nothing,
    onUseAsText: nothing,
    onNewFromDraft: nothing,
    onSideBySide: nothing,
    onDraftNow: nothing,
  });
});

const showThem = async () =>
  fireEvent.click(await screen.findByRole('button', { name: 'Show probabilities' }));
const tokens = () => within(screen.getByRole('group', { name: /^Tokens/ })).getAllByRole('button');

describe('the probabilities of a draft', () => {
  it('are asked for only when they are wanted, and once', async () => {
    const button = await screen.findByRole('button', { name: 'Show probabilities' });
    expect(button.getAttribute('aria-pressed')).toBe('false');
    expect(bridge.callsOf('autodocs:probabilities')).toEqual([]);
    await fireEvent.click(button);
    await screen.findByRole('group', { name: /^Tokens/ });
    expect(bridge.callsOf('autodocs:probabilities')).toEqual([
      { autodoc_id: autodocId, alternatives: 5 },
    ]);
    await fireEvent.click(screen.getByRole('button', { name: 'Hide probabilities' }));
    expect(screen.queryByRole('group', { name: /^Tokens/ })).toBeNull();
    await showThem();
    expect(tokens()).toHaveLength(7);
    expect(bridge.callsOf('autodocs:probabilities')).toHaveLength(1);
  });

  it('mark each token by more than a colour, and say what the marks mean', async () => {
    await showThem();
    await screen.findByRole('group', { name: /^Tokens/ });
    expect(
      tokens()
        .map((token) => token.textContent)
        .join(''),
    ).toBe('The grass was wet and the mower');
    expect(tokens().map((token) => token.lastElementChild?.classList.item(1))).toEqual([
      'likely',
      'fair',
      'low',
      'likely',
      'rare',
      'fair',
      'fair',
    ]);
    expect(screen.getByRole('list', { name: 'Marks' }).textContent).toMatch(/under 1%/);
    await expectAccessible();
  });

  it('tell what else the model thought of, under the pointer and for the keyboard', async () => {
    await showThem();
    await screen.findByRole('group', { name: /^Tokens/ });
    const [first, second, third] = tokens();
    expect(tokens().filter((token) => token.tabIndex === 0)).toEqual([first]);
    first!.focus();
    await fireEvent.keyDown(first!, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(second);
    expect(second!.getAttribute('aria-label')).toMatch(/^grass, 31%\. Instead: a 17%, and 9\.0%/);
    const alternatives = () => document.querySelector('.alternatives')?.textContent ?? '';
    await waitFor(() => expect(alternatives()).toContain('␣grass'));
    expect(alternatives()).toMatch(/␣a\s*17%/);
    await fireEvent.pointerEnter(third!);
    expect(alternatives()).toContain('␣was');
    await fireEvent.pointerLeave(third!);
    expect(alternatives()).toContain('␣grass');
    await fireEvent.keyDown(second!, { key: 'End' });
    expect(document.activeElement).toBe(tokens().at(-1));
    await fireEvent.keyDown(tokens().at(-1)!, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(tokens().at(-1));
    await fireEvent.keyDown(tokens().at(-1)!, { key: 'Home' });
    expect(document.activeElement).toBe(first);
  });

  it('say why they cannot be had, keep the text, and can be asked for again', async () => {
    bridge.fail('autodocs:probabilities', 'model_not_found', 'The model “starter” is gone.');
    await showThem();
    expect((await screen.findByRole('alert')).textContent).toBe('The model “starter” is gone.');
    expect(screen.getByText('The grass was wet and the mower')).toBeTruthy();
    bridge.succeed('autodocs:probabilities');
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('group', { name: /^Tokens/ });
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a token in words', () => {
  const token = (text: string, probability: number) => ({
    token_id: 1,
    text,
    log_prob: Math.log(probability),
  });

  it.each([
    [0.5, 'likely', '50%'],
    [0.43, 'fair', '43%'],
    [0.0995, 'low', '10%'],
    [0.031, 'low', '3.1%'],
    [0.009, 'rare', '0.9%'],
    [0.0001, 'rare', 'under 0.1%'],
  ] as const)('%d is %s', (probability, likelihood, percent) => {
    expect(likelihoodOf(token('', probability))).toBe(likelihood);
    expect(percentText(Math.log(probability))).toBe(percent);
  });

  it('shows blanks, line ends and the end', () => {
    expect([' the', '\n\n', '', '<|endoftext|>'].map(tokenName)).toEqual([
      '␣the',
      String.raw`\n\n`,
      'end of text',
      'end of text',
    ]);
    const blank = { ...token(' ', 0.2), alternatives: [{ ...token(' a', 0.5), token_id: 2 }] };
    expect(spokenToken(blank)).toBe('blank, 20%. Instead: a 50%');
  });

  it('has an average over a text', () => {
    const two = [token('a', 0.5), token('b', 0.125)].map((one) => ({ ...one, alternatives: [] }));
    expect(averageWords(two)).toBe('25% a token on average, perplexity 4.0');
    expect(averageWords([])).toBe('No tokens');
  });
});
