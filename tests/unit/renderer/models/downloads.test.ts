import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../../../../src-main/contract/channels.ts';
import {
  downloadFacts,
  downloadShare,
  hubName,
} from '../../../../src-renderer/features/models/download-words.ts';
import { knownModels } from '../../../../src-renderer/features/models/known-models.ts';
import Models from '../../../../src-renderer/features/models/models.svelte';
import { readRepository } from '../../../../src-renderer/features/models/repository-name.ts';
import { fakeId, installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

const medium: Download = {
  id: fakeId(1),
  repository: 'openai-community/gpt2-medium',
  revision: 'main',
  name: 'gpt2-medium',
  state: 'running',
  message: 'Fetching model.safetensors',
  received_bytes: 304_000_000,
  total_bytes: 1_520_000_000,
  bytes_per_second: 12_400_000,
};

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge();
});

const button = (name: string | RegExp) => screen.findByRole('button', { name });
const item = () => screen.findByRole('article', { name: /gpt2-medium/ });

async function ask(repository: string): Promise<void> {
  const field = await screen.findByRole('textbox', { name: /^Repository on/ });
  await fireEvent.input(field, { target: { value: repository } });
  await fireEvent.submit(field.closest('form')!);
}

describe('getting a model by name', () => {
  it('says that nothing is fetched before it is asked for, and fetches nothing', async () => {
    render(Models);
    expect(await screen.findByText(/Nothing is fetched until you ask/)).toBeTruthy();
    const download = await button('Download');
    expect(download.hasAttribute('disabled')).toBe(true);
    expect(bridge.callsOf('downloads:start')).toEqual([]);
    await expectAccessible();
  });

  it('knows GPT-2 in its sizes, and puts the name of one into the field', async () => {
    render(Models);
    const known = await screen.findByRole('list', { name: 'Well-known models' });
    expect(within(known).getAllByRole('button')).toHaveLength(knownModels.length);
    const medium = within(known).getByRole('button', { name: /gpt2-medium/ });
    expect(medium.textContent).toMatch(/355M parameters\s*1\.5 GB/);
    await fireEvent.click(medium);
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: /^Repository on/ });
    expect(field.value).toBe('openai-community/gpt2-medium');
    expect(document.activeElement).toBe(field);
    expect(medium.getAttribute('aria-pressed')).toBe('true');
    expect(bridge.callsOf('downloads:start')).toEqual([]);
  });

  it('begins with the revision and the name that were given', async () => {
    render(Models);
    await fireEvent.click(await button('Revision, name, access token'));
    await fireEvent.input(screen.getByLabelText('Revision'), { target: { value: ' v2 ' } });
    await fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'mine' } });
    await ask(' openai-community/gpt2 ');
    expect(bridge.callsOf('downloads:start')).toEqual([
      { repository: 'openai-community/gpt2', revision: 'v2', name: 'mine' },
    ]);
    expect(await screen.findByRole('article', { name: 'Downloading “mine”' })).toBeTruthy();
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: /^Repository/ });
    await waitFor(() => expect(field.value).toBe(''));
  });

  it('says why a repository cannot be had, and keeps its name in the field', async () => {
    render(Models);
    await ask('nobody/nothing');
    expect((await screen.findByRole('alert')).textContent).toContain(
      'has no repository “nobody/nothing”',
    );
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: /^Repository on/ });
    expect(field.value).toBe('nobody/nothing');
  });

  it('goes all the way to a model that can be used', async () => {
    render(Models);
    await ask('openai-community/gpt2');
    const download = await screen.findByRole('article', { name: /“gpt2”/ });
    const share = () => within(download).getByRole<HTMLProgressElement>('progressbar').value;
    for (let step = 0; step < 10; step += 1) bridge.stepWork();
    await waitFor(() => expect(share()).toBeCloseTo(0.4));
    expect(download.textContent).toContain('219 MB of 548 MB · 12.4 MB/s · about 27 s left');
    for (let step = 0; step < 15; step += 1) bridge.stepWork();
    expect(await within(download).findByRole('heading', { name: 'Preparing “gpt2”' })).toBeTruthy();
    expect(within(download).getByRole('status').textContent).toBe('Writing int8 (40%)');
    expect(within(download).getByRole('progressbar').hasAttribute('value')).toBe(false);
    bridge.stepWork();
    await fireEvent.click(await within(download).findByRole('button', { name: 'Use this model' }));
    await waitFor(() => expect(screen.queryByRole('heading', { name: /^Ready/ })).toBeNull());
    expect((await screen.findByRole('article', { name: /^gpt2/ })).textContent).toContain('In use');
  });
});

describe('a download', () => {
  it('pauses and goes on', async () => {
    bridge.downloads.put(medium);
    render(Models);
    await fireEvent.click(await button('Pause gpt2-medium'));
    expect(bridge.callsOf('downloads:pause')).toEqual([{ download_id: medium.id }]);
    expect(await screen.findByRole('heading', { name: 'Paused “gpt2-medium”' })).toBeTruthy();
    await fireEvent.click(await button('Resume gpt2-medium'));
    expect(bridge.callsOf('downloads:start')).toEqual([
      { repository: 'openai-community/gpt2-medium', revision: 'main', name: 'gpt2-medium' },
    ]);
    expect(await button('Pause gpt2-medium')).toBeTruthy();
  });

  it('waits with its reason, and can be tried at once', async () => {
    bridge.downloads.put({ ...medium, state: 'waiting', message: 'Asked to wait. Again in 40 s.' });
    render(Models);
    expect(await screen.findByText('Asked to wait. Again in 40 s.')).toBeTruthy();
    expect((await item()).textContent).toContain('Waiting');
    await expectAccessible();
    await fireEvent.click(await button('Try now: gpt2-medium'));
    expect(bridge.callsOf('downloads:start')).toHaveLength(1);
  });

  it('fails with what to do, and can be tried again', async () => {
    bridge.downloads.put({ ...medium, state: 'failed', message: 'The disk is full. Make room.' });
    render(Models);
    expect((await screen.findByRole('alert')).textContent).toBe('The disk is full. Make room.');
    await fireEvent.click(await button('Try again: gpt2-medium'));
    expect(bridge.callsOf('downloads:start')).toHaveLength(1);
  });

  it('is discarded only after asking', async () => {
    bridge.downloads.put(medium);
    render(Models);
    await fireEvent.click(await button('Discard gpt2-medium'));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain('304 MB that were fetched are deleted');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(bridge.callsOf('downloads:discard')).toEqual([]);
    await fireEvent.click(await button('Discard gpt2-medium'));
    const again = await screen.findByRole('alertdialog');
    await fireEvent.click(within(again).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(screen.queryByRole('article', { name: /medium/ })).toBeNull());
    expect(bridge.callsOf('downloads:discard')).toEqual([{ download_id: medium.id }]);
  });
});

describe('the access token', () => {
  async function openDialog(): Promise<HTMLElement> {
    render(Models);
    await fireEvent.click(await button('Revision, name, access token'));
    await fireEvent.click(await button('Access token…'));
    return screen.findByRole('dialog', { name: 'Access token' });
  }

  it('is kept, never shown, and forgotten', async () => {
    const dialog = await openDialog();
    const field = within(dialog).getByLabelText<HTMLInputElement>('Token');
    expect(field.type).toBe('password');
    expect(dialog.textContent).toContain('Kept in this system’s keychain');
    await expectAccessible(dialog);
    await fireEvent.input(field, { target: { value: 'hf_secret' } });
    await fireEvent.submit(field.closest('form')!);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bridge.callsOf('hub:set-token')).toEqual([{ token: 'hf_secret' }]);
    expect(await screen.findByText(/is kept in this system’s keychain/)).toBeTruthy();

    await fireEvent.click(await button('Access token…'));
    const again = await screen.findByRole('dialog');
    expect(within(again).getByLabelText<HTMLInputElement>('Token').value).toBe('');
    await fireEvent.click(within(again).getByRole('button', { name: 'Forget the token' }));
    await waitFor(() => expect(bridge.callsOf('hub:set-token').at(-1)).toEqual({ token: null }));
    expect(await screen.findByText(/there is none/)).toBeTruthy();
  });

  it('is kept until the end where there is no keychain, and that is said', async () => {
    bridge.downloads.canKeepToken = false;
    const dialog = await openDialog();
    expect(dialog.textContent).toContain('kept in memory until Autodoc ends');
    const field = within(dialog).getByLabelText<HTMLInputElement>('Token');
    await fireEvent.input(field, { target: { value: 'hf_secret' } });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Use' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await screen.findByText(/is kept until Autodoc ends/)).toBeTruthy();
  });

  it('that is none stays in the dialog, with the reason', async () => {
    const dialog = await openDialog();
    bridge.fail('hub:set-token', 'invalid_input', 'This is not an access token.');
    const field = within(dialog).getByLabelText<HTMLInputElement>('Token');
    await fireEvent.input(field, { target: { value: 'two words' } });
    await fireEvent.submit(field.closest('form')!);
    expect((await within(dialog).findByRole('alert')).textContent).toBe(
      'This is not an access token.',
    );
    expect(field.value).toBe('two words');
  });
});

describe('how far a download is', () => {
  it.each<[Partial<Download>, string]>([
    [{}, '304 MB of 1.5 GB · 12.4 MB/s · about 2 min left'],
    [{ received_bytes: 1_508_000_000 }, '1.5 GB of 1.5 GB · 12.4 MB/s · about 1 s left'],
    [{ bytes_per_second: null }, '304 MB of 1.5 GB'],
    [{ total_bytes: null }, '304 MB so far · 12.4 MB/s'],
    [{ state: 'paused' }, '304 MB of 1.5 GB'],
    [{ bytes_per_second: 100_000 }, '304 MB of 1.5 GB · 100 kB/s · about 3 h 23 min left'],
  ])('%j is said as %s', (change, words) => {
    expect(downloadFacts({ ...medium, ...change })).toBe(words);
  });

  it('is a share once the whole is known', () => {
    expect(downloadShare(medium)).toBe(0.2);
    expect(downloadShare({ ...medium, total_bytes: null })).toBeNull();
    expect(hubName('http://127.0.0.1:4000/mirror')).toBe('127.0.0.1:4000');
  });
});

describe('a repository', () => {
  it.each([
    ['openai-community/gpt2', 'openai-community/gpt2', ''],
    [' gpt2 ', 'gpt2', ''],
    ['ada/model@v1.2', 'ada/model', 'v1.2'],
    ['https://huggingface.co/openai-community/gpt2', 'openai-community/gpt2', ''],
    ['https://huggingface.co/ada/model/tree/my%20branch', 'ada/model', 'my branch'],
    ['https://huggingface.co/ada/model/blob/main/config.json', 'ada/model', ''],
    ['https://huggingface.co', '', ''],
  ])('%s is read', (text, repository, revision) => {
    expect(readRepository(text, 'https://huggingface.co')).toEqual({ repository, revision });
  });

  it('of a mirror below a path is read too', () => {
    const endpoint = 'http://127.0.0.1:4000/mirror';
    expect(readRepository(`${endpoint}/ada/model/tree/v1`, endpoint)).toEqual({
      repository: 'ada/model',
      revision: 'v1',
    });
  });
});
