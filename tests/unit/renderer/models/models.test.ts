import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobProgress } from '../../../../src-main/contract/channels.ts';
import type { ModelCard } from '../../../../src-main/contract/models.ts';
import Models from '../../../../src-renderer/features/models/models.svelte';
import { fakeId, installFakeBridge, starterCard } from '../../../fixtures/fake-bridge.ts';
import type { FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

const gpt2: ModelCard = {
  ...starterCard,
  name: 'gpt2',
  bundled: false,
  parameters: 124_439_808,
  size_bytes: 548_118_077,
  n_positions: 1_024,
  source: '/home/ada/Downloads/gpt2',
  readme: '# GPT-2\n\n<img src=x onerror=alert(1)> Pretrained on [text](https://text.example).',
};

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge();
});

async function card(name: string): Promise<HTMLElement> {
  return screen.findByRole('article', { name: new RegExp(`^${name}`) });
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });

/** Chooses the folder that the fake's dialog offers, and imports it. */
async function startImport(name = ''): Promise<void> {
  await fireEvent.click(await screen.findByRole('button', { name: 'Import a folder…' }));
  await fireEvent.input(await screen.findByLabelText('Name'), { target: { value: name } });
  await fireEvent.click(button('Import'));
  await screen.findByText(/^Importing/);
}

function tell(state: JobProgress['state'], message: string): void {
  const job_id = fakeId(100);
  bridge.emit('job:changed', {
    job_id,
    kind: 'import_model',
    subject: 'gpt2',
    state,
    message,
    fraction: null,
  });
}

describe('models', () => {
  it('lists them, with the one in use', async () => {
    bridge.addModel(gpt2);
    render(Models);
    expect((await card('starter')).textContent).toContain('In use');
    const other = await card('gpt2');
    expect(other.textContent).toContain('124 million parameters · 548 MB on disk');
    await fireEvent.click(button('Use this model: gpt2'));
    await waitFor(() => expect(other.textContent).toContain('In use'));
    expect(bridge.callsOf('settings:set')).toEqual([{ model_name: 'gpt2' }]);
  });

  it('shows how a model was trained, if its makers tell', async () => {
    bridge.addModel({ ...gpt2, training: null });
    render(Models);
    await fireEvent.click(await screen.findByRole('button', { name: 'About this model: gpt2' }));
    await within(await card('gpt2')).findByText("The model's own README");
    expect(screen.queryByText('How it was trained')).toBeNull();

    await fireEvent.click(await screen.findByRole('button', { name: 'About this model: starter' }));
    const starter = await card('starter');
    await fireEvent.click(await within(starter).findByText('How it was trained'));
    const { trained_by, data } = starterCard.training!;
    for (const text of [trained_by, 'bits per byte books', '1.4321', '6800', data[0]!.sha256]) {
      expect(within(starter).getByText(text)).toBeTruthy();
    }
    await expectAccessible();
  });

  it("shows a model's card and its README as text", async () => {
    bridge.addModel(gpt2);
    render(Models);
    await fireEvent.click(await screen.findByRole('button', { name: 'About this model: gpt2' }));
    const details = await card('gpt2');
    expect(details.textContent).toContain(gpt2.sha256);
    expect(details.textContent).toContain('/home/ada/Downloads/gpt2');
    expect(await within(details).findByRole('heading', { name: 'GPT-2' })).toBeTruthy();
    expect(details.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(details.querySelector('img, a')).toBeNull();
    expect(details.textContent).toContain('text (https://text.example)');
    await expectAccessible();
  });

  it('imports a folder under a name, shows how far it is and what to do then', async () => {
    render(Models);
    await startImport(' my model ');
    expect(bridge.callsOf('models:import')).toEqual([
      { directory: '/home/ada/models/gpt2', name: 'my model' },
    ]);
    expect(screen.getByText('Building the graphs')).toBeTruthy();
    expect(screen.getByRole<HTMLProgressElement>('progressbar').value).toBe(0.4);
    expect(button('Import a folder…').disabled).toBe(true);

    tell('done', '"gpt2" is ready.');
    expect(await screen.findByText('"gpt2" is ready.')).toBeTruthy();
    await fireEvent.click(button('Use this model'));
    await waitFor(() => expect(screen.queryByText('"gpt2" is ready.')).toBeNull());
    expect(bridge.callsOf('settings:set')).toEqual([{ model_name: 'gpt2' }]);
  });

  it("takes the folder's name when none is given", async () => {
    render(Models);
    await startImport();
    expect(bridge.callsOf('models:import')).toMatchObject([{ name: null }]);
  });

  it('cancels an import', async () => {
    render(Models);
    await startImport();
    await fireEvent.click(button('Cancel'));
    expect(bridge.callsOf('jobs:cancel')).toHaveLength(1);
    tell('cancelled', 'Cancelled. Nothing was kept.');
    await waitFor(() => expect(screen.queryByText(/^Importing/)).toBeNull());
  });

  it('says why an import failed and keeps the folder for another try', async () => {
    render(Models);
    await startImport();
    tell('failed', 'model.safetensors is cut off. Download it again.');
    expect((await screen.findByRole('alert')).textContent).toContain(
      'model.safetensors is cut off. Download it again.',
    );
    expect(screen.getByText('/home/ada/models/gpt2')).toBeTruthy();
    await fireEvent.click(button('Import'));
    await screen.findByText(/^Importing/);
    expect(bridge.callsOf('models:import')).toHaveLength(2);
  });

  it('leaves the folder aside when asked to', async () => {
    render(Models);
    await fireEvent.click(await screen.findByRole('button', { name: 'Import a folder…' }));
    await screen.findByText('/home/ada/models/gpt2');
    await fireEvent.click(button('Cancel'));
    expect(screen.queryByText('/home/ada/models/gpt2')).toBeNull();
    expect(bridge.callsOf('models:import')).toHaveLength(0);
  });

  it('removes a model after asking, and lets the starter take over', async () => {
    bridge.addModel(gpt2);
    await bridge.invoke('settings:set', { model_name: 'gpt2' });
    render(Models);
    await fireEvent.click(await screen.findByRole('button', { name: 'Remove gpt2' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain('548 MB are deleted');
    expect(bridge.callsOf('models:remove')).toHaveLength(0);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(screen.queryByRole('article', { name: /^gpt2/ })).toBeNull());
    expect((await card('starter')).textContent).toContain('In use');
  });

  it('does not offer to remove the one that comes with Autodoc', async () => {
    render(Models);
    await card('starter');
    expect(screen.queryByRole('button', { name: 'Remove starter' })).toBeNull();
  });

  it('says what went wrong', async () => {
    bridge.fail('models:choose-folder', 'internal', 'The dialog could not be opened.');
    render(Models);
    await fireEvent.click(await screen.findByRole('button', { name: 'Import a folder…' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The dialog could not be opened.');
  });
});
