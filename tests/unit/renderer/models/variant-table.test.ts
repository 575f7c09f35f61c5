import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import Models from '../../../../src-renderer/features/models/models.svelte';
import {
  lossText,
  pricedVariants,
  reasonOfDefault,
} from '../../../../src-renderer/features/models/variant-prices.ts';
import { installFakeBridge, starterCard, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge();
});

const row = (variant: string) => screen.findByRole('row', { name: new RegExp(`^${variant}( |$)`) });
const cells = (element: HTMLElement) =>
  [...element.children].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim());

/** Chooses a line of the menu that measures. */
async function measureOn(text: RegExp): Promise<void> {
  const button = await screen.findByRole('button', { name: 'Measure again: starter' });
  button.focus();
  await fireEvent.keyDown(button, { key: 'Enter' });
  const item = await screen.findByRole('menuitem', { name: text });
  await fireEvent.pointerUp(item);
  await fireEvent.click(item);
}

describe('the prices of a model in use', () => {
  it('stand in a table, with the one that is taken and why', async () => {
    render(Models);
    expect(cells(await row('int8'))).toEqual([
      'int8 auto',
      '6.1 MB',
      '61.50 +0.5%',
      '98.1%',
      '655',
      'In use',
    ]);
    expect(cells(await row('fp16')).slice(2, 5)).toEqual(['61.20 +0.0%', '99.9%', 'not measured']);
    expect(screen.getByText(/^auto takes int8/).textContent).toBe(
      'auto takes int8: the fastest within 1% of fp32’s perplexity. int4 (+6.0%) and int4_mixed (+2.3%) would be faster, but read too much worse.',
    );
    expect(screen.getByText(/^\s*Measured on the text/).textContent).toMatch(/612 tokens/);
    await expectAccessible();
  });

  it('are there to choose from for drafting, and to leave the choice again', async () => {
    render(Models);
    await fireEvent.click(await screen.findByRole('button', { name: 'Use int4' }));
    await waitFor(async () => expect(cells(await row('int4')).at(-1)).toBe('In use'));
    expect(bridge.callsOf('settings:set')).toEqual([{ variant: 'int4' }]);
    expect(screen.getByText(/^You chose int4 for drafting/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Choose automatically' }));
    await waitFor(async () => expect(cells(await row('int8')).at(-1)).toBe('In use'));
    expect(bridge.callsOf('settings:set').at(-1)).toEqual({ variant: 'auto' });
  });

  it('are measured again on the documents, as a job that says how far it is', async () => {
    render(Models);
    await measureOn(/latest documents/);
    expect(bridge.callsOf('models:measure')).toEqual([{ name: 'starter', text: 'documents' }]);
    const bar = await screen.findByRole<HTMLProgressElement>('progressbar');
    for (let step = 0; step < 5; step += 1) bridge.stepWork();
    await screen.findByText('Measuring: Scoring int8');
    expect(bar.value).toBeCloseTo(0.5);
    for (let step = 0; step < 5; step += 1) bridge.stepWork();
    expect(await screen.findByText(/^\s*Measured on your own latest documents/)).toBeTruthy();
    expect(cells(await row('int8'))[4]).toBe('665');
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('stay as they were when measuring is cancelled', async () => {
    render(Models);
    await measureOn(/comes with Autodoc/);
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
    expect(screen.queryByRole('alert')).toBeNull();
    expect(cells(await row('int8'))[4]).toBe('655');
  });

  it('say why they were not measured', async () => {
    render(Models);
    await measureOn(/latest documents/);
    await screen.findByRole('progressbar');
    bridge.measuring.fail('Your documents have 12 words and 200 are needed.');
    expect((await screen.findByRole('alert')).textContent).toMatch(
      /Your documents have 12 words.*earlier figures still stand/s,
    );
    expect(screen.getByRole('button', { name: 'Measure again: starter' })).toBeTruthy();
  });
});

describe('the prices of another model', () => {
  it('are shown on demand, without a choice, and say what was never measured', async () => {
    bridge.addModel({
      name: 'gpt2',
      bundled: false,
      measurement: null,
      variants: starterCard.variants.map((price) => ({ ...price, tokens_per_second: null })),
    });
    render(Models);
    const card = await screen.findByRole('article', { name: /^gpt2/ });
    expect(within(card).queryByRole('table')).toBeNull();
    await fireEvent.click(within(card).getByRole('button', { name: /^Variants/ }));
    const table = within(card).getByRole('table');
    expect(within(table).getAllByText('not measured')).toHaveLength(6);
    expect(within(table).queryByRole('button')).toBeNull();
    expect(card.textContent).toContain('Imported by an earlier version of Autodoc');
  });
});

describe('what a variant loses', () => {
  const prices = (...entries: readonly [variant: 'fp32' | 'int8' | 'int4', perplexity: number][]) =>
    entries.map(([variant, perplexity]) => ({ ...starterCard.variants[0]!, variant, perplexity }));

  it('is its perplexity against fp32’s', () => {
    const priced = pricedVariants({
      variants: prices(['fp32', 50], ['int8', 50.5], ['int4', 50.6]),
    });
    expect(priced.map(({ isTolerated }) => isTolerated)).toEqual([true, true, false]);
    expect(pricedVariants({ variants: prices(['int8', 50]) })[0]).toMatchObject({
      loss: null,
      isTolerated: null,
    });
  });

  it('is said with a sign', () => {
    expect([0.0051, -0.002, 0.12].map(lossText)).toEqual(['+0.5%', '−0.2%', '+12%']);
  });

  it('is no reason against a variant whose speed nobody knows', () => {
    const variants = prices(['fp32', 50], ['int8', 70]).map((price) => ({
      ...price,
      tokens_per_second: null,
    }));
    expect(reasonOfDefault({ variants, default_variant: 'fp32' })).toBe(
      'auto takes fp32: the fastest within 1% of fp32’s perplexity.',
    );
  });
});
