import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelCard } from '../../../src-main/contract/models.ts';
import { makeHome, runCommand, runJson, startCommand } from '../cli/run-command.ts';
import { until } from '../services/workplace.ts';
import { hubWith, repository } from './fetching.ts';

const { home, remove } = makeHome();
afterAll(remove);
afterEach(() => void vi.unstubAllEnvs());

const store = path.join(home, 'store');
const args = (...more: string[]): string[] => [
  ...['models', 'download', repository, '--store', store],
  ...more,
];

/** Everything below a folder but the models, as text. */
function textsBelow(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|log)$/.test(entry.name))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('autodoc models download', () => {
  it('is paused by Ctrl+C, held by one process, and gone on with by the same command', async () => {
    const { hub, files, commit } = await hubWith();
    vi.stubEnv('HF_ENDPOINT', hub.url);
    hub.misbehave = ({ kind }) => (kind === 'cdn' ? { kind: 'stall', afterBytes: 20_000 } : null);
    const first = startCommand(args(), { home });
    await until(() => hub.servedBytes > 20_000);

    const second = await runCommand(args('--json'), { home });
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(second.stderr)).toMatchObject({
      error: {
        code: 'store_busy',
        message: expect.stringMatching(/^Another process \(\d+\)/) as string,
      },
    });

    first.child.kill('SIGINT');
    expect(await first.ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(
        /^autodoc: Paused at 0\.0 MB of 0\.0 MB, which are kept\. To go on: autodoc models download ada\/lawn\n$/,
      ) as string,
    });

    hub.misbehave = () => null;
    const card = await runJson<ModelCard>(args(), { home });
    expect(card).toMatchObject({
      name: 'lawn',
      source: `${new URL(hub.url).host}/${repository}@${commit}`,
      bundled: false,
    });
    const total = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
    expect(hub.servedBytes).toBe(total);
    expect(readdirSync(path.join(store, 'models', '.downloads'))).toEqual([]);
  });

  it('opens connections to the hub alone, and nothing else opens any', async () => {
    const { hub } = await hubWith();
    vi.stubEnv('HF_ENDPOINT', hub.url);
    const noted = path.join(home, 'connections');
    const hook = new URL('../../fixtures/notes-connections.mjs', import.meta.url);
    vi.stubEnv('AUTODOC_CONNECTIONS', noted);
    vi.stubEnv('NODE_OPTIONS', `--import=${pathToFileURL(fileURLToPath(hook)).href}`);
    await runJson(args('--name', 'noted'), { home });
    const lines = readFileSync(noted, 'utf8').trim().split('\n');
    const hosts = [hub.url, hub.cdnUrl].map((url) => `connect ${new URL(url).host}`);
    expect(new Set(lines)).toEqual(new Set(hosts));

    writeFileSync(noted, '');
    const options = ['--model', 'noted', '--prompt', 'a', '--store', store];
    expect((await runCommand(['generate', ...options], { home })).code).toBe(0);
    expect((await runCommand(['models', 'show', 'noted', '--store', store], { home })).code).toBe(
      0,
    );
    expect(readFileSync(noted, 'utf8')).toBe('');
  });

  it('takes a token from the environment or a descriptor, and tells it to nobody', async () => {
    const { hub } = await hubWith();
    hub.token = 'hf_nobody_else';
    vi.stubEnv('HF_ENDPOINT', hub.url);
    vi.stubEnv('HF_TOKEN', '');
    const refused = await runCommand(args('--name', 'private'), { home });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/no public repository ada\/lawn/);

    vi.stubEnv('HF_TOKEN', 'hf_wrong_one');
    const wrong = await runCommand(args('--name', 'private'), { home });
    expect(wrong.stderr).toMatch(/the access token does not open it/);

    const right = await runCommand(args('--name', 'private', '--token-fd', '0'), {
      home,
      stdin: 'hf_nobody_else\n',
    });
    expect(right).toMatchObject({ code: 0, stderr: '' });
    const said = [refused, wrong, right].map(({ stdout, stderr }) => stdout + stderr).join();
    expect(said + textsBelow(store)).not.toMatch(/hf_nobody_else|hf_wrong_one/);
  });

  it.each([
    ['no repository', ['models', 'download'], 2, /needs NAME/],
    ['no name', ['models', 'download', '../x'], 1, /not the name of a repository/],
    ['no revision', ['models', 'download', 'a/b@'], 1, /not a branch/],
    ['no descriptor', args('--token-fd', 'three'), 2, /--token-fd needs the number/],
    ['a descriptor that is not open', args('--token-fd', '77'), 1, /descriptor 77 cannot be read/],
  ])('refuses %s', async (_, line, code, message) => {
    const { hub } = await hubWith();
    vi.stubEnv('HF_ENDPOINT', hub.url);
    const ended = await runCommand(line, { home });
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(hub.requests).toEqual([]);
  });

  it('says how to begin anew where the commit is gone, and does so', async () => {
    const { hub, files, commit } = await hubWith();
    vi.stubEnv('HF_ENDPOINT', hub.url);
    hub.misbehave = ({ kind }) => (kind === 'cdn' ? { kind: 'stall', afterBytes: 20_000 } : null);
    const first = startCommand(args('--name', 'anew'), { home });
    await until(() => hub.servedBytes > 20_000);
    first.child.kill('SIGINT');
    await first.ended;

    hub.misbehave = () => null;
    const newer = hub.publish(repository, new Map([...files, ['README.md', Buffer.from('# New')]]));
    hub.forget(commit);
    const gone = await runCommand(args(), { home });
    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(
      /no longer has ada\/lawn .* Here: autodoc models download ada\/lawn --fresh/,
    );
    const card = await runJson<ModelCard>(args('--fresh', '--name', 'anew'), { home });
    expect(card.source).toContain(newer);
    expect(card.readme).toBe('# New');
    expect(existsSync(path.join(store, 'models', 'anew', 'card.json'))).toBe(true);
  });
});
