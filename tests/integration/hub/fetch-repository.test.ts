import { open } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../src-main/hub/download-record.ts';
import { filesDirectory } from '../../../src-main/hub/fetch-repository.ts';
import type { Fault, HubRequest } from '../../fixtures/misbehaving-hub.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import {
  fetchInto,
  filesOnDisk,
  hubWith,
  pieceBytes,
  quickClock,
  repository,
  sameFiles,
} from './fetching.ts';

const weights = 'model.safetensors';

/** A fault of the first request for the weights, or of the first few. */
const first =
  (fault: Fault, times = 1) =>
  ({ kind, file, earlier }: HubRequest): Fault | null =>
    kind === 'cdn' && file === weights && earlier < times ? fault : null;

/** The weights come in part, and from then on their server is not there. */
const thenGone = (request: HubRequest): Fault | null =>
  first({ kind: 'cut', afterBytes: 10_000 })(request) ??
  first({ kind: 'status', status: 503 }, Infinity)(request);

const requestsFor = (requests: readonly HubRequest[], file = weights): readonly HubRequest[] =>
  requests.filter((request) => request.kind === 'cdn' && request.file === file);

async function damage(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
  await handle.write(Buffer.of(buffer[0]! ^ 1), 0, 1, at);
  await handle.close();
}

describe('a repository', () => {
  it.each(['smallest', 'sharded'])('is fetched whole: %s', async (checkpoint) => {
    const { hub, files, commit } = await hubWith(checkpoint);
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(fetched.record.pinned?.commit).toBe(commit);
    const bytes = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
    expect(hub.servedBytes).toBe(bytes);
    expect(fetched.progress.at(-1)).toMatchObject({
      state: 'running',
      receivedBytes: bytes,
      totalBytes: bytes,
    });
  });

  it('gives nothing but the files that a GPT-2 folder needs', async () => {
    const { hub, files } = await hubWith();
    const more = ['pytorch_model.bin', 'onnx/model.onnx', '.gitattributes', '../evil', 'C:\\evil'];
    hub.publish(
      repository,
      new Map([
        ...files,
        ...more.map((name) => [name, Buffer.from('no')] as const),
        ['LICENSE', Buffer.from('free')],
        ['README.md', Buffer.from('# Lawn')],
      ]),
    );
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect([...fetched.files.keys()]).toEqual([...files.keys(), 'LICENSE', 'README.md'].sort());
  });

  it('is read at the commit of the first answer, whatever becomes of its branch', async () => {
    const { hub, files, commit } = await hubWith();
    const directory = await temporaryFolder();
    hub.misbehave = thenGone;
    await expect(fetchInto(directory, hub)).rejects.toMatchObject({ code: 'network_failed' });

    hub.publish(repository, new Map([...files, [weights, Buffer.alloc(5, 'new')]]));
    hub.misbehave = () => null;
    const fetched = await fetchInto(directory, hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(fetched.record.pinned?.commit).toBe(commit);
  });

  it('whose commit is gone says so and keeps what was fetched', async () => {
    const { hub, files, commit } = await hubWith();
    const directory = await temporaryFolder();
    hub.misbehave = thenGone;
    await expect(fetchInto(directory, hub)).rejects.toMatchObject({ code: 'network_failed' });
    hub.misbehave = () => null;
    hub.publish(repository, new Map([...files, ['README.md', Buffer.from('other')]]));
    hub.forget(commit);
    await expect(fetchInto(directory, hub)).rejects.toMatchObject({
      code: 'not_found',
      details: { commit },
    });
    const record = await readRecord(directory);
    expect(record?.pinned?.commit).toBe(commit);
    expect((await filesOnDisk(directory)).get(weights)?.byteLength).toBeGreaterThan(5_000);
  });

  it('of another architecture is refused before its weights are asked for', async () => {
    const { hub, files } = await hubWith();
    const config = Buffer.from(JSON.stringify({ model_type: 'llama' }));
    hub.publish(repository, new Map([...files, ['config.json', config]]));
    await expect(fetchInto(await temporaryFolder(), hub)).rejects.toMatchObject({
      code: 'model_unsupported',
    });
    expect(hub.requests.map(({ file }) => file)).toEqual(['', 'config.json']);
  });

  it('that does not fit on the disk is refused before its weights are asked for', async () => {
    const { hub } = await hubWith();
    await expect(
      fetchInto(await temporaryFolder(), hub, { freeBytes: 10_000_000 }),
    ).rejects.toMatchObject({ code: 'disk_full', details: { free_bytes: 10_000_000 } });
    expect(requestsFor(hub.requests)).toEqual([]);
  });

  it('without safetensors is refused', async () => {
    const { hub, files } = await hubWith();
    const pickled = new Map([...files, ['pytorch_model.bin', Buffer.from('pickle')]]);
    pickled.delete(weights);
    hub.publish(repository, pickled);
    await expect(fetchInto(await temporaryFolder(), hub)).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('may run code') as string,
    });
  });
});

describe('going on', () => {
  it('after a cut asks for the rest alone', async () => {
    const { hub, files } = await hubWith();
    hub.misbehave = first({ kind: 'cut', afterBytes: 10_000 });
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    const [, second] = requestsFor(hub.requests);
    const size = files.get(weights)!.byteLength;
    const [, from] = /^bytes=(\d+)-(\d+)$/.exec(second?.headers.range ?? '') ?? [];
    expect(second?.headers.range).toBe(`bytes=${from}-${size - 1}`);
    expect(Number(from)).toBeGreaterThan(0);
    expect(second?.headers['if-range']).toMatch(/^"[0-9a-f]{32}"$/);
  });

  it('after a pause asks for the rest alone', async () => {
    const { hub, files } = await hubWith();
    const directory = await temporaryFolder();
    const pause = new AbortController();
    const reason = new Error('paused');
    hub.misbehave = first({ kind: 'stall', afterBytes: 20_000 });
    await expect(
      fetchInto(directory, hub, {
        signal: pause.signal,
        onProgress: ({ message, receivedBytes }) => {
          if (message.includes(weights) && receivedBytes > 20_000) pause.abort(reason);
        },
      }),
    ).rejects.toBe(reason);
    hub.misbehave = () => null;
    const served = hub.servedBytes;
    const fetched = await fetchInto(directory, hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    const rest = files.get(weights)!.byteLength - 20_000;
    expect(hub.servedBytes - served).toBe(rest);
  });

  it('fetches a damaged piece alone', async () => {
    const { hub, files } = await hubWith();
    const directory = await temporaryFolder();
    await fetchInto(directory, hub);
    const served = hub.servedBytes;
    await damage(path.join(filesDirectory(directory), weights), 2 * pieceBytes + 5);
    const fetched = await fetchInto(directory, hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(requestsFor(hub.requests).at(-1)?.headers.range).toBe(
      `bytes=${2 * pieceBytes}-${3 * pieceBytes - 1}`,
    );
    expect(hub.servedBytes - served).toBe(pieceBytes);
  });

  it('begins a changed file anew instead of stitching two together', async () => {
    const { hub, files } = await hubWith();
    hub.misbehave = (request) =>
      first({ kind: 'cut', afterBytes: 10_000 })(request) ??
      (request.kind === 'cdn' && request.earlier === 1 ? { kind: 'etag' } : null);
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(hub.servedBytes).toBeGreaterThan(files.get(weights)!.byteLength + 10_000);
  });

  it('takes no part of a changed file, whatever the server thinks of it', async () => {
    const { hub, files } = await hubWith();
    hub.misbehave = (request) =>
      first({ kind: 'cut', afterBytes: 10_000 })(request) ??
      (request.kind === 'cdn' && request.earlier === 1 ? { kind: 'etag of a part' } : null);
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    const ranges = requestsFor(hub.requests).map(({ headers }) => headers.range !== undefined);
    expect(ranges).toEqual([false, true, false]);
  });

  it('begins a file anew where the server knows no ranges', async () => {
    const { hub, files } = await hubWith();
    hub.misbehave = (request) =>
      first({ kind: 'cut', afterBytes: 10_000 })(request) ?? { kind: 'ignore range' };
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(requestsFor(hub.requests)).toHaveLength(2);
  });

  it('fetches all of a file past caches where its pieces are as received and it is wrong', async () => {
    const { hub, files } = await hubWith();
    hub.misbehave = first({ kind: 'flip', at: 9_999 });
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    const [one, two, ...others] = requestsFor(hub.requests);
    expect(one?.headers['cache-control']).toBeUndefined();
    expect(two?.headers['cache-control']).toBe('no-cache');
    expect(others).toEqual([]);
  });

  it('fails where a file is wrong a second time', async () => {
    const { hub } = await hubWith();
    hub.misbehave = first({ kind: 'flip', at: 9_999 }, Infinity);
    await expect(fetchInto(await temporaryFolder(), hub)).rejects.toMatchObject({
      code: 'network_failed',
      details: { file: weights },
    });
    expect(requestsFor(hub.requests)).toHaveLength(2);
  });
});

describe('a bad answer for a file', () => {
  const tooFewMs = { answerMs: 400, stallMs: 400, leastBytes: 1 };
  const bad: [string, Fault][] = [
    ['a cut', { kind: 'cut', afterBytes: 0 }],
    ['a length too large', { kind: 'length', by: 10 }],
    ['a length too small', { kind: 'length', by: -10 }],
    ['an endless body', { kind: 'endless' }],
    ['another part', { kind: 'range', by: 1 }],
    ['a page to log in on', { kind: 'html' }],
    ['a packed body', { kind: 'packed' }],
    ['an error of the server', { kind: 'status', status: 500 }],
    ['a server that is not there', { kind: 'status', status: 503 }],
    ['too many requests', { kind: 'status', status: 429 }],
    ['an address that ran out', { kind: 'status', status: 403 }],
    ['a body that stalls', { kind: 'stall', afterBytes: 3_000 }],
    ['silence', { kind: 'silence' }],
    ['no such range', { kind: 'status', status: 416 }],
    ['an odd status', { kind: 'status', status: 204 }],
    ['another protocol', { kind: 'redirect', to: 'file:///etc/passwd' }],
    ['an address with a password', { kind: 'redirect', to: 'http://a:b@127.0.0.1/' }],
    ['an address that is none', { kind: 'redirect', to: 'http://[' }],
  ];

  it.each(bad)('is followed by another try: %s', async (_, fault) => {
    const { hub, files } = await hubWith();
    const clock = quickClock();
    // After a cut, so that there is something to go on with.
    hub.misbehave = (request) =>
      first({ kind: 'cut', afterBytes: 10_000 })(request) ??
      (request.earlier === 1 ? first(fault, 2)(request) : null);
    const timeouts = { timeouts: tooFewMs };
    const isSlow = fault.kind === 'stall' || fault.kind === 'silence';
    const setting = { clock, ...(isSlow && timeouts) };
    const fetched = await fetchInto(await temporaryFolder(), hub, setting);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(clock.waits.length).toBeGreaterThanOrEqual(1);
    expect(fetched.progress.some(({ state }) => state === 'waiting')).toBe(true);
  });

  it.each(
    bad.filter(([, { kind }]) => kind !== 'stall' && kind !== 'silence' && kind !== 'endless'),
  )('again and again is given up, and everything else is kept: %s', async (_, fault) => {
    const { hub, files } = await hubWith();
    const directory = await temporaryFolder();
    hub.misbehave = (request) =>
      first({ kind: 'cut', afterBytes: 10_000 })(request) ?? first(fault, Infinity)(request);
    await expect(fetchInto(directory, hub)).rejects.toMatchObject({ code: 'network_failed' });
    expect(requestsFor(hub.requests).length).toBeLessThan(20);
    hub.misbehave = () => null;
    const fetched = await fetchInto(directory, hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(hub.requests.filter(({ file }) => file === 'config.json')).toHaveLength(1);
  });

  it('is waited for as long as the server asks, but not forever', async () => {
    const { hub } = await hubWith();
    const clock = quickClock();
    const answers = ['7', '86400', 'nonsense', new Date(0).toUTCString()];
    hub.misbehave = ({ kind, earlier }) =>
      kind === 'cdn' && earlier < answers.length
        ? { kind: 'status', status: 429, retryAfter: answers[earlier]! }
        : null;
    const { progress } = await fetchInto(await temporaryFolder(), hub, { clock });
    // The pauses of its own: 1, 2, 4, 8 s, times 0.75 by chance.
    expect(clock.waits).toEqual([7_000, 300_000, 3_000, 6_000]);
    expect(progress.find(({ state }) => state === 'waiting')?.message).toMatch(
      /^Trying again in 7 s: .* asks for fewer requests$/,
    );
  });

  it('that trickles is followed by another try, with what came', async () => {
    const { hub, files } = await hubWith();
    hub.pace = { sliceBytes: 1, pauseMs: 20 };
    const timeouts = { answerMs: 20_000, stallMs: 200, leastBytes: 1_000 };
    const fetched = await fetchInto(await temporaryFolder(), hub, {
      timeouts,
      onProgress: ({ state }) => {
        if (state === 'waiting') hub.pace = null;
      },
    });
    expect(sameFiles(fetched.files, files)).toBe(true);
    expect(fetched.progress.find(({ state }) => state === 'waiting')?.message).toMatch(
      /nothing more comes$/,
    );
  });

  it('ends in a circle of redirects', async () => {
    const { hub } = await hubWith();
    hub.misbehave = ({ kind, url }) => (kind === 'file' ? { kind: 'redirect', to: url } : null);
    await expect(fetchInto(await temporaryFolder(), hub)).rejects.toMatchObject({
      code: 'network_failed',
      message: expect.stringContaining('sends in circles') as string,
    });
  });
});

describe('a bad answer for the list', () => {
  it.each([
    ['a page to log in on', { kind: 'html' }],
    ['no JSON', { kind: 'text', text: '{"sha": ' }],
    ['other JSON', { kind: 'text', text: '{"sha": 5, "siblings": {}}' }],
    ['a cut', { kind: 'cut', afterBytes: 30 }],
    ['a busy hub', { kind: 'status', status: 503, retryAfter: '1' }],
  ] as const)('is followed by another try: %s', async (_, fault) => {
    const { hub, files } = await hubWith();
    hub.misbehave = ({ kind, earlier }) => (kind === 'list' && earlier === 0 ? fault : null);
    const fetched = await fetchInto(await temporaryFolder(), hub);
    expect(sameFiles(fetched.files, files)).toBe(true);
  });

  it('that is far too long is not read to its end', async () => {
    const { hub } = await hubWith();
    hub.misbehave = () => ({ kind: 'text', text: `{"sha": "${'a'.repeat(11 * 2 ** 20)}"}` });
    await expect(fetchInto(await temporaryFolder(), hub)).rejects.toMatchObject({
      code: 'hub_refused',
    });
    expect(hub.requests).toHaveLength(1);
  });

  it.each([
    ['gated', 403, 'GatedRepo', 'hub_refused', /gated.*set an access token/],
    ['private or missing', 401, 'RepoNotFound', 'hub_refused', /no public repository/],
    ['missing', 404, 'RepoNotFound', 'not_found', /no public repository/],
    ['without the revision', 404, 'RevisionNotFound', 'not_found', /no branch, tag or commit "v9"/],
    ['forbidden by law', 451, undefined, 'hub_refused', /status 451/],
  ])('is an answer: %s', async (_, status, errorCode, code, message) => {
    const { hub } = await hubWith();
    const headers = errorCode === undefined ? {} : { errorCode };
    hub.misbehave = () => ({ kind: 'status', status, ...headers });
    await expect(fetchInto(await temporaryFolder(), hub, { revision: 'v9' })).rejects.toMatchObject(
      { code, message: expect.stringMatching(message) as string },
    );
    expect(hub.requests).toHaveLength(1);
  });
});
