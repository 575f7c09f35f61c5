import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { slurs } from '../../../../src-main/contract/ban-list.ts';
import { parameterNames } from '../../../../src-main/contract/generation.ts';
import type { SettingsPatch } from '../../../../src-main/contract/settings.ts';
import Settings from '../../../../src-renderer/features/settings/settings.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, starterCard, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge();
});

const models = createRawSnippet(() => ({ render: () => '<p>The models’ own screen</p>' }));
const team = createRawSnippet(() => ({ render: () => '<p>The team file’s own screen</p>' }));

function show(section: 'drafting' | 'models' | 'application' = 'drafting') {
  const onClose = vi.fn();
  render(Settings, { onClose, models, team, section });
  return { onClose };
}

async function showOwnParameters(patch: SettingsPatch = {}): Promise<void> {
  await bridge.invoke('settings:set', { parameter_source: 'custom', ...patch });
  show();
  await screen.findByLabelText('Beams');
}

async function kept() {
  const answer = await bridge.invoke('settings:get', undefined);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** Types a value and leaves the field. */
async function enter(label: string, text: string): Promise<HTMLInputElement> {
  const field = screen.getByLabelText<HTMLInputElement>(label);
  await fireEvent.input(field, { target: { value: text } });
  await fireEvent.change(field);
  return field;
}

describe('drafting settings', () => {
  it('shows what the original drafts with, to read, one click away', async () => {
    show();
    await fireEvent.click(await screen.findByRole('radio', { name: 'As the original drafts' }));
    const beams = (await screen.findByText('num_beams')).closest<HTMLElement>('.row')!;
    expect(within(beams).getByRole('status').textContent).toBe('5');
    expect(screen.queryByLabelText('Beams')).toBeNull();
  });

  it('names every parameter by its Hugging Face name, with its meaning and range', async () => {
    await bridge.invoke('settings:set', { parameter_source: 'original' });
    show();
    await screen.findByText('num_beams');
    for (const name of parameterNames) expect(screen.getByText(name)).toBeInstanceOf(HTMLElement);
    expect(screen.getByText('How many continuations beam search keeps side by side.')).toBeTruthy();
    expect(screen.getByText('1 to 64 · default 5')).toBeTruthy();
    expect(screen.getByText('Not used by beam search (6)')).toBeTruthy();
  });

  it("begins with the model's own recommendation", async () => {
    show();
    expect(await screen.findByText('Sampling: its parameters')).toBeTruthy();
    const topP = screen.getByText('top_p').closest<HTMLElement>('.row')!;
    expect(within(topP).getByRole('status').textContent).toBe('0.9');
    expect((await kept()).parameter_source).toBe('model');
  });

  it("makes the original's parameters the user's own to change", async () => {
    await bridge.invoke('settings:set', { parameter_source: 'original' });
    show();
    await fireEvent.click(await screen.findByRole('button', { name: 'Change these' }));
    await screen.findByLabelText('Beams');
    // All of them are the table's defaults: nothing needs saying.
    expect(await kept()).toMatchObject({
      parameter_source: 'custom',
      parameters: { strategy: 'beam' },
    });
  });

  it('saves a value at once and says so', async () => {
    await showOwnParameters();
    await enter('Beams', '8');
    expect(await screen.findByText('Saved')).toBeTruthy();
    expect((await kept()).parameters).toEqual({ strategy: 'beam', num_beams: 8 });
  });

  it('refuses a value out of range beside its field, and keeps what was saved', async () => {
    await showOwnParameters({ parameters: { strategy: 'beam', num_beams: 8 } });
    const field = await enter('Beams', '65');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'Out of range: 1 to 64. Not saved.',
    );
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(field.value).toBe('65');
    expect((await kept()).parameters).toEqual({ strategy: 'beam', num_beams: 8 });

    await enter('Beams', '6');
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect((await kept()).parameters).toEqual({ strategy: 'beam', num_beams: 6 });
  });

  it('says what the parameters cannot be together', async () => {
    await showOwnParameters();
    bridge.fail('settings:check', 'invalid_input', 'More sequences than beams.');
    await enter('Candidates', '9');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'More sequences than beams. Not saved.',
    );
    expect(bridge.callsOf('settings:set')).toHaveLength(1);
  });

  it('takes two quick changes one after the other, and loses neither', async () => {
    await showOwnParameters();
    await Promise.all([enter('Beams', '8'), enter('Length penalty', '0,5')]);
    await waitFor(async () => {
      expect((await kept()).parameters).toEqual({
        strategy: 'beam',
        num_beams: 8,
        length_penalty: 0.5,
      });
    });
  });

  it('resets one parameter, and all of them', async () => {
    await showOwnParameters({
      parameters: { strategy: 'beam', num_beams: 8, length_penalty: 2, early_stopping: 'never' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Reset Beams to 5' }));
    await waitFor(async () => {
      expect((await kept()).parameters).toEqual({
        strategy: 'beam',
        length_penalty: 2,
        early_stopping: 'never',
      });
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Reset all parameters' }));
    await waitFor(async () => expect((await kept()).parameters).toEqual({ strategy: 'beam' }));
    const reset = screen.getByRole<HTMLButtonElement>('button', { name: 'Reset all parameters' });
    await waitFor(() => expect(reset.disabled).toBe(true));
  });

  it('changes strategy and choices', async () => {
    await showOwnParameters();
    await fireEvent.click(screen.getByRole('radio', { name: 'never' }));
    await waitFor(async () => {
      expect((await kept()).parameters).toEqual({ strategy: 'beam', early_stopping: 'never' });
    });
    await fireEvent.click(screen.getByRole('radio', { name: 'Sampling' }));
    expect(await screen.findByText('Not used by sampling (3)')).toBeTruthy();
    expect((await kept()).parameters.strategy).toBe('sample');
  });

  it('offers the devices that work, and says why others do not and how to get them', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    show();
    const missing = (await screen.findByText('GPU (WebGPU)')).closest('p');
    expect(missing?.textContent.trim()).toBe('GPU (WebGPU): Failed to get a WebGPU adapter');
    expect(screen.queryByRole('radio', { name: 'GPU (WebGPU)' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'How to get it: NVIDIA GPU (CUDA)' }));
    await fireEvent.click(
      screen.getByRole('button', { name: 'Copy how to get NVIDIA GPU (CUDA)' }),
    );
    expect(writeText).toHaveBeenCalledWith(expect.stringMatching(/^Run the install script/));
    Reflect.deleteProperty(navigator, 'clipboard');
    await fireEvent.click(screen.getByRole('radio', { name: 'CPU' }));
    await waitFor(async () => expect((await kept()).device).toBe('cpu'));
    await expectAccessible();
  });

  it('tries the devices again and shows what is found as it is found', async () => {
    const [cpu, webgpu] = bridge.devices.list();
    bridge.devices.found = [
      cpu!,
      { ...webgpu!, state: 'available', reason: 'A graphics card', speed_against_cpu: 6.42 },
    ];
    show();
    await screen.findByText('GPU (WebGPU)');
    const check = screen.getByRole<HTMLButtonElement>('button', { name: 'Check again' });
    await fireEvent.click(check);
    expect(await screen.findAllByText('Being tried…')).toHaveLength(2);
    expect(check.disabled).toBe(true);
    expect(screen.getByText(/^Trying each device/)).toBeTruthy();
    bridge.stepWork();
    expect(
      await screen.findByText('A graphics card · 6.4× the CPU’s speed in the check'),
    ).toBeTruthy();
    expect(check.disabled).toBe(false);
    await fireEvent.click(screen.getByRole('radio', { name: 'GPU (WebGPU)' }));
    await waitFor(async () => expect((await kept()).device).toBe('webgpu'));
  });

  it('keeps a chosen device in sight that has gone away', async () => {
    await bridge.invoke('settings:set', { device: 'webgpu' });
    show();
    const radio = await screen.findByRole('radio', { name: 'GPU (WebGPU)' });
    expect(radio.getAttribute('aria-checked')).toBe('true');
    expect(screen.getByText('Not available: Failed to get a WebGPU adapter')).toBeTruthy();
  });

  it('tells what a variant costs and chooses it', async () => {
    show();
    expect(
      await screen.findByText(
        /6.1 MB, perplexity 61.5, the same first choice as fp32 in 98.1%, 655 tokens\/s/,
      ),
    ).toBeTruthy();
    await fireEvent.click(screen.getByRole('radio', { name: 'fp32' }));
    await waitFor(async () => expect((await kept()).variant).toBe('fp32'));
  });

  it('offers only the variants that the model has, and the one that is chosen', async () => {
    bridge.addModel({
      name: 'starter',
      variants: starterCard.variants.filter(({ variant }) => /^(fp32|int8)$/.test(variant)),
    });
    await bridge.invoke('settings:set', { variant: 'int4' });
    show();
    const group = await screen.findByRole('radiogroup', { name: 'Precision' });
    await waitFor(() =>
      expect(
        within(group)
          .getAllByRole('radio')
          .map((radio) => radio.textContent.replace(/\s+/g, ' ').trim().split(' ')[0]),
      ).toEqual(['The', 'fp32', 'int8', 'int4']),
    );
    expect(group.textContent).toContain('This model was not prepared for it.');
  });

  it('takes lists of words, to the letter', async () => {
    await showOwnParameters();
    const words = screen.getByRole('textbox', { name: 'Banned words: add' });
    await fireEvent.input(words, { target: { value: 'in conclusion' } });
    await fireEvent.keyDown(words, { key: 'Enter' });
    const stops = screen.getByRole('textbox', { name: 'Stop strings: add' });
    await fireEvent.input(stops, { target: { value: String.raw`\n\n` } });
    await fireEvent.keyDown(stops, { key: 'Enter' });
    await waitFor(async () =>
      expect((await kept()).parameters).toEqual({
        strategy: 'beam',
        bad_words: ['in conclusion'],
        stop_strings: ['\n\n'],
      }),
    );
    await fireEvent.click(screen.getByRole('button', { name: 'Reset Stop strings to none' }));
    await waitFor(async () =>
      expect((await kept()).parameters).toEqual({
        strategy: 'beam',
        bad_words: ['in conclusion'],
      }),
    );
    await expectAccessible();
  });

  it('keeps slurs out, shows the list when it is asked for, and takes changes to it', async () => {
    show();
    const box = await screen.findByRole('switch', { name: 'Keep these words out of every draft' });
    expect(box.getAttribute('aria-checked')).toBe('true');
    expect(screen.queryByText(slurs[0]!)).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: /^Show and change the list/ }));
    expect(screen.getByText(slurs[0]!)).toBeTruthy();
    await expectAccessible();

    const field = screen.getByRole('textbox', { name: 'Words that stay out of drafts: add' });
    await fireEvent.input(field, { target: { value: 'synergy' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(async () => expect((await kept()).ban_list).toEqual([...slurs, 'synergy']));
    await fireEvent.click(screen.getByRole('button', { name: 'Back to the list of Autodoc' }));
    await waitFor(async () => expect((await kept()).ban_list).toBeNull());
    await fireEvent.click(box);
    await waitFor(async () => expect((await kept()).is_ban_list_on).toBe(false));
  });

  it('keeps a refused word in sight, with the reason', async () => {
    await showOwnParameters();
    bridge.fail('settings:check', 'invalid_input', 'bad_words would ban every token.');
    const words = screen.getByRole('textbox', { name: 'Banned words: add' });
    await fireEvent.input(words, { target: { value: 'a' } });
    await fireEvent.keyDown(words, { key: 'Enter' });
    expect((await screen.findByRole('alert')).textContent).toBe(
      'bad_words would ban every token. Not saved.',
    );
    expect(screen.getByRole('button', { name: 'Remove “a”' })).toBeTruthy();
    expect((await kept()).parameters).toEqual({ strategy: 'beam' });
  });

  it('takes texts with a number each, once both are right', async () => {
    await showOwnParameters();
    await fireEvent.click(screen.getByRole('button', { name: 'Add a text' }));
    const text = screen.getByRole('textbox', { name: 'Biased texts: text 1' });
    await waitFor(() => expect(document.activeElement).toBe(text));
    await enter('Biased texts: text 1', ' lawn');
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Enter a number/);
    await enter('Biased texts: number 1', '200');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'Out of range: -100 to 100. Not saved.',
    );
    await enter('Biased texts: number 1', '2,5');
    await waitFor(async () =>
      expect((await kept()).parameters.sequence_bias).toEqual([{ text: ' lawn', bias: 2.5 }]),
    );
    expect(screen.queryByRole('alert')).toBeNull();
    await expectAccessible();

    await fireEvent.click(screen.getByRole('button', { name: 'Remove “ lawn”' }));
    await waitFor(async () => expect((await kept()).parameters).toEqual({ strategy: 'beam' }));
    expect(screen.queryByRole('textbox', { name: 'Biased texts: text 1' })).toBeNull();
  });

  it('switches reranking on', async () => {
    await showOwnParameters();
    await fireEvent.click(screen.getByRole('switch', { name: 'Rerank, rerank' }));
    await waitFor(async () => expect((await kept()).parameters.rerank).toBe(true));
  });

  it('says that a chosen model is gone', async () => {
    await bridge.invoke('settings:set', { model_name: 'gone' });
    show();
    expect((await screen.findByRole('alert')).textContent).toContain('“gone” is not on this');
  });

  it('says what went wrong with saving', async () => {
    show();
    bridge.fail('settings:set', 'disk_full', 'The disk is full. The settings are as they were.');
    await fireEvent.click(await screen.findByRole('radio', { name: 'CPU' }));
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The disk is full. The settings are as they were.',
    );
    expect(screen.queryByText('Saved')).toBeNull();
  });
});

describe('application settings', () => {
  it('changes the appearance', async () => {
    show('application');
    await fireEvent.click(await screen.findByRole('radio', { name: 'Dark' }));
    await waitFor(async () => expect((await kept()).theme).toBe('dark'));
  });

  it('says where things lie and shows the folders', async () => {
    show('application');
    expect(await screen.findByText('/home/ada/.config/Autodoc/library')).toBeTruthy();
    expect(screen.getByText('Autodoc 0.1.0')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Show in folder: Models' }));
    expect(bridge.callsOf('folders:show')).toEqual([{ folder: 'models' }]);
  });

  it('resets everything, and takes that back', async () => {
    await bridge.invoke('settings:set', { theme: 'dark', device: 'cpu' });
    const before = await kept();
    show('application');
    await fireEvent.click(await screen.findByRole('button', { name: 'Reset all settings' }));
    await waitFor(async () => expect((await kept()).theme).toBe('system'));
    toasts.shown.at(-1)?.action?.onSelect();
    await waitFor(async () => expect(await kept()).toEqual(before));
  });
});

describe('the settings screen', () => {
  it('goes from section to section', async () => {
    show('models');
    expect(await screen.findByText('The models’ own screen')).toBeTruthy();
    const navigation = screen.getByRole('navigation');
    await fireEvent.click(within(navigation).getByRole('button', { name: 'Drafting' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'All models' }));
    expect(
      within(navigation).getByRole('button', { name: 'Models' }).getAttribute('aria-current'),
    ).toBe('page');
  });

  it('closes on Escape, unless a list is open', async () => {
    const { onClose } = show();
    const heading = screen.getByRole('heading', { name: 'Settings' });
    expect(document.activeElement).toBe(heading);
    const list = document.createElement('div');
    list.setAttribute('role', 'listbox');
    document.body.append(list);
    await fireEvent.keyDown(heading, { key: 'Escape' });
    list.remove();
    expect(onClose).not.toHaveBeenCalled();
    await fireEvent.keyDown(heading, { key: 'Escape' });
    expect(onClose).toHaveBeenCalledOnce();
  });
});
