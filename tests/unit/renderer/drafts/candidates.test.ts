import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Candidate } from '../../../../src-main/contract/domain.ts';
import { rankingFacts } from '../../../../src-renderer/features/drafts/candidate-words.ts';
import Drafts from '../../../../src-renderer/features/drafts/drafts.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

const texts = [
  ' The grass was wet.',
  ' The grass was long, and wet.',
  ' Nobody came. Nobody came.',
];
const candidates: readonly Candidate[] = texts.map((autodoc_body, place) => ({
  autodoc_body,
  tokens: 6 + place,
  score: -0.2 - place,
  ranking: {
    mean_log_prob: Math.log(0.36) - place,
    distinct: 1 - place * 0.25,
    fit: Math.log(1.8) - place * 0.1,
    total: 3 - place,
  },
}));

let bridge: FakeBridge;
let documentId: string;

beforeEach(() => {
  bridge = installFakeBridge();
  documentId = bridge.addDocument('Lawn', 'How do I mow my lawn?').id;
});

function show(found: readonly Candidate[] = candidates) {
  bridge.addAutodoc(documentId, { autodoc_body: texts[0]!, candidates: found });
  const actions = {
    onInsert: vi.fn(),
    onAppend: vi.fn(),
    onUseAsText: vi.fn(),
    onNewFromDraft: vi.fn(),
    onSideBySide: vi.fn(),
    onDraftNow: vi.fn(),
  };
  render(Drafts, { documentId, ...actions });
  return actions;
}

const candidate = (place: number) => screen.findByRole('region', { name: `Candidate ${place}` });

describe('candidates', () => {
  it('stand in one draft, best first, each with its rank in words', async () => {
    show();
    const best = await candidate(1);
    expect(best.textContent).toContain('Best');
    expect(best.textContent).toMatch(/Likely\s*36%\s*Varied\s*100%\s*Fit\s*1\.8×/);
    expect((await candidate(3)).textContent).toMatch(/Varied\s*50%/);
    expect(screen.getAllByRole('article')).toHaveLength(1);
    await fireEvent.click(screen.getByRole('button', { name: 'What the order comes from' }));
    expect(screen.getByText(/repetition lowers it/)).toBeTruthy();
    await expectAccessible();
  });

  it('can each be inserted and copied, whole and exact', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    const actions = show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Insert candidate 2' }));
    expect(actions.onInsert).toHaveBeenCalledExactlyOnceWith(texts[1]);
    await fireEvent.click(screen.getByRole('button', { name: 'Copy candidate 3' }));
    expect(writeText).toHaveBeenCalledExactlyOnceWith(texts[2]);
    Reflect.deleteProperty(navigator, 'clipboard');
  });

  it('open to be appended or taken as the text', async () => {
    const actions = show();
    const second = await candidate(2);
    expect(within(second).queryByRole('button', { name: /Append/ })).toBeNull();
    await fireEvent.click(within(second).getByRole('button', { name: 'Candidate 2' }));
    await fireEvent.click(within(second).getByRole('button', { name: 'Append candidate 2' }));
    await fireEvent.click(within(second).getByRole('button', { name: 'Use as text candidate 2' }));
    expect(actions.onAppend).toHaveBeenCalledExactlyOnceWith(texts[1]);
    expect(actions.onUseAsText).toHaveBeenCalledExactlyOnceWith(texts[1]);
  });

  it('are compared side by side, with the words marked that the best one lacks', async () => {
    const actions = show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Compare' }));
    const dialog = await screen.findByRole('dialog', { name: 'Compare the candidates' });
    const second = within(dialog).getByRole('heading', { name: 'Candidate 2' }).closest('li')!;
    await waitFor(() =>
      expect([...second.querySelectorAll('mark')].map((mark) => mark.textContent.trim())).toEqual([
        'long, and',
      ]),
    );
    expect(second.querySelector('.text')?.textContent).toContain(texts[1]!.trim());
    await expectAccessible(dialog);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Insert candidate 2' }));
    expect(actions.onInsert).toHaveBeenCalledExactlyOnceWith(texts[1]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are not spoken of where there is only one', async () => {
    show(candidates.slice(0, 1));
    expect(await screen.findByRole('button', { name: 'Insert' })).toBeTruthy();
    expect(screen.queryByText(/Candidate/)).toBeNull();
  });

  it('that were not ranked tell their score', () => {
    const [plain] = candidates.map((one) => ({ ...one, ranking: null }));
    expect(rankingFacts(plain!, 'beam')).toMatchObject([{ label: 'Beam score', value: '-0.200' }]);
    expect(rankingFacts(plain!, 'sample')).toMatchObject([{ label: 'Mean log-probability' }]);
  });
});
