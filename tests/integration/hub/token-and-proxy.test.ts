import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import type { Fault, MisbehavingHub } from '../../fixtures/misbehaving-hub.ts';
import { fetchInto, hubWith, sameFiles } from './fetching.ts';

const token = 'hf_nobody_else_may_see_this';

/** A server of somebody else's that notes what it is sent. */
async function stranger(): Promise<{ readonly url: string; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(JSON.stringify(request.headers));
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

const authorizations = ({ requests }: MisbehavingHub, kind: string): readonly unknown[] =>
  requests.filter((request) => request.kind === kind).map(({ headers }) => headers.authorization);

async function textIn(directory: string): Promise<string> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && !entry.name.endsWith('.safetensors'));
  const texts = files.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

describe('the access token', () => {
  it('opens a private repository, and does not go where the hub sends us', async () => {
    const { hub, files } = await hubWith();
    hub.token = token;
    const directory = await temporaryFolder();
    const fetched = await fetchInto(directory, hub, { token });
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(new Set(authorizations(hub, 'file'))).toEqual(new Set([`Bearer ${token}`]));
    expect(authorizations(hub, 'cdn')).toEqual([undefined]);
    expect(await textIn(directory)).not.toContain(token);
    expect(await textIn(directory)).not.toContain('signature');
  });

  it('does not come back with a redirect from elsewhere', async () => {
    const { hub } = await hubWith();
    // The other server sends back to the hub, at a place of its choosing.
    const to = `${hub.url}/anywhere`;
    hub.misbehave = ({ kind }) => (kind === 'cdn' ? { kind: 'redirect', to } : null);
    await expect(fetchInto(await temporaryFolder(), hub, { token })).rejects.toThrow();
    const last = hub.requests.filter(({ url }) => url === '/anywhere');
    expect(last.length).toBeGreaterThan(0);
    expect(last.map(({ headers }) => headers.authorization)).toEqual(last.map(() => undefined));
  });

  it.each(['list', 'file'] as const)('stays here when a %s is sent to a stranger', async (kind) => {
    const { hub } = await hubWith();
    const { url, heard } = await stranger();
    hub.misbehave = (request) => (request.kind === kind ? { kind: 'redirect', to: url } : null);
    await expect(fetchInto(await temporaryFolder(), hub, { token })).rejects.toMatchObject({
      code: 'network_failed',
    });
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.join()).not.toContain(token);
  });

  it.each<[string, Fault]>([
    ['refused', { kind: 'status', status: 401 }],
    ['not enough', { kind: 'status', status: 403, errorCode: 'GatedRepo' }],
    ['met by silence', { kind: 'cut', afterBytes: 0 }],
    ['met by a page', { kind: 'html' }],
  ])('is in no error when it is %s', async (_, fault) => {
    const { hub } = await hubWith();
    hub.misbehave = () => fault;
    const error = await fetchInto(await temporaryFolder(), hub, { token }).catch(
      (thrown: unknown) => thrown,
    );
    const said: string[] = [];
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      said.push(String(cause), cause.stack ?? '', JSON.stringify(cause));
    }
    expect(said.length).toBeGreaterThan(0);
    expect(said.join()).not.toContain(token);
  });
});

describe('a proxy', () => {
  /** Passes plain requests on to where they are addressed, noting the addresses. */
  async function proxy(to: string): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const { pathname, search } = new URL(request.url ?? '');
      forward(`${to}${pathname}${search}`, { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  const endpoint = 'http://hub.test.invalid';

  it('of the environment is gone through, and given no token over plain http', async () => {
    const { hub } = await hubWith();
    const { url, asked } = await proxy(hub.url);
    // The large file comes from this machine, which needs no proxy.
    const environment = { HTTP_PROXY: url, NO_PROXY: '127.0.0.1' };
    await fetchInto(await temporaryFolder(), hub, { environment, endpoint, token });
    expect(asked[0]).toMatch(/^http:\/\/hub\.test\.invalid\/api\/models\//);
    expect(new Set(hub.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([undefined]),
    );
  });

  it('that is not wanted is not gone through', async () => {
    const { hub } = await hubWith();
    const { url, asked } = await proxy(hub.url);
    const environment = { HTTP_PROXY: url, NO_PROXY: 'hub.test.invalid,127.0.0.1' };
    await expect(
      fetchInto(await temporaryFolder(), hub, { environment, endpoint }),
    ).rejects.toMatchObject({ code: 'network_failed' });
    expect(asked).toEqual([]);
  });
});

it('an address without a server says so', async () => {
  const { hub } = await hubWith();
  await hub.close();
  await expect(fetchInto(await temporaryFolder(), hub)).rejects.toMatchObject({
    code: 'network_failed',
    message: expect.stringContaining('it takes no connections') as string,
  });
});
