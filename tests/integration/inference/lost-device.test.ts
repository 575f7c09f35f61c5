import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeviceReport } from '../../../src-main/contract/models.ts';
import type {
  EngineClientEvent,
  GenerateRequest,
} from '../../../src-main/inference/client/types.ts';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import { startEngine, type StartedEngine } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { fakeCard } from '../services/fake-engine.ts';

/*
 * Devices that take their process along, with processes that really do: a few lines speak for the
 * engine, and abort or hang where a driver would.
 */

const found = `{ form: 'fused', reason: '', variants: [{ variant: 'fp16', stepMs: 1 }, { variant: 'fp32', stepMs: 2 }], cpuStepMs: 4 }`;
const nothing = `{ form: null, reason: 'Failed to get a WebGPU adapter', variants: [], cpuStepMs: null }`;

/** @param onDevice what happens to a draft on a device, after its first word */
function worker(onProbe: string, onDevice = 'process.abort();'): string {
  return `
    const answer = (message) => process.send(message, () => undefined);
    process.on('disconnect', () => process.exit());
    process.on('message', ({ type, id, operation, input }) => {
      if (type === 'end') process.exit();
      if (operation === 'probe') { ${onProbe} }
      if (operation !== 'generate') return;
      const { device, variant } = input;
      answer({ type: 'progress', id, value: { text: 'a', tokens: 1, maxNewTokens: 2, tokensPerSecond: 1, device, variant } });
      const done = (where, fallBack) => answer({ type: 'result', id, value: {
        sequences: [], device: where, variant, fallBack, seed: 1,
        timings: { loadMs: 0, prefillMs: 0, decodeMs: 0, tokensPerSecond: 1 },
      } });
      if (device === 'cpu') { done('cpu', null); return; }
      ${onDevice}
    });`;
}

const answerProbe = (webgpu: string) =>
  `answer({ type: 'result', id, value: input.device === 'webgpu' ? ${webgpu} : ${nothing} });`;

interface Rig extends StartedEngine {
  readonly events: readonly EngineClientEvent[];
  readonly devicesFile: string;
  readonly report: () => Promise<DeviceReport>;
}

async function rig(script: string, probeTimeoutMs = 60_000): Promise<Rig> {
  const folder = await temporaryFolder();
  const entry = path.join(folder, 'worker.mjs');
  await writeFile(entry, script);
  const devicesFile = path.join(folder, 'devices.json');
  const engine = startEngine({ startProcess: forkHost(entry), devicesFile, probeTimeoutMs });
  const events: EngineClientEvent[] = [];
  engine.client.onEvent((event) => events.push(event));
  return {
    ...engine,
    events,
    devicesFile,
    report: async () => (await engine.client.devices()).find(({ device }) => device === 'webgpu')!,
  };
}

const price = { size_bytes: 1, top1_agreement: 1, tokens_per_second: null };
const request: GenerateRequest = {
  model: {
    directory: '/models/small',
    card: fakeCard('small', {
      default_variant: 'int8',
      variants: [
        { ...price, variant: 'fp32', perplexity: 10 },
        { ...price, variant: 'fp16', perplexity: 10.01 },
        { ...price, variant: 'int8', perplexity: 10.05 },
      ],
    }),
  },
  device: 'auto',
  variant: 'auto',
  promptTokenIds: [1],
  parameters: { strategy: 'greedy' },
};

// onnxruntime-node has no WebGPU for other systems.
const systems = ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];
const isOffered = systems.includes(`${process.platform}-${process.arch}`);

describe.skipIf(!isOffered)('a device that takes its process along', () => {
  it('in mid-draft leaves the draft to the processor, and is not used until it is tried again', async () => {
    const { client, processes, events, report, devicesFile } = await rig(
      worker(answerProbe(found)),
    );
    await client.probeDevices();
    expect(await report()).toMatchObject({ state: 'available', speed_against_cpu: 4 });
    const trials = processes.length;

    // The device’s fastest variant that reads as well as the card demands, then the card’s own.
    const drafted = await client.generate(request);
    expect(drafted).toMatchObject({ device: 'cpu', variant: 'int8' });
    expect(drafted.fallBack).toMatch(/stopped while it drafted on webgpu \(signal SIGABRT\)/);
    expect(events).toContainEqual({ type: 'fell_back', reason: drafted.fallBack });
    // Lost, and started again.
    expect(processes).toHaveLength(trials + 2);

    expect(await report()).toMatchObject({ state: 'unavailable', reason: drafted.fallBack });
    expect(await readFile(devicesFile, 'utf8')).toContain('SIGABRT');
    expect(await client.generate(request)).toMatchObject({ device: 'cpu', fallBack: null });
    const chosen = await client.generate({ ...request, device: 'webgpu' });
    expect(chosen.fallBack).toMatch(/webgpu cannot be used/);
    expect(processes).toHaveLength(trials + 2);

    await client.probeDevices();
    expect(await report()).toMatchObject({ state: 'available' });
  });

  it('in a draft that the engine itself rescued counts as lost as well', async () => {
    const { client, report } = await rig(
      worker(answerProbe(found), `done('cpu', 'Went on on the processor.');`),
    );
    const drafted = await client.generate({ ...request, device: 'webgpu' });
    expect(drafted).toMatchObject({ device: 'cpu', fallBack: 'Went on on the processor.' });
    expect(await report()).toMatchObject({
      state: 'unavailable',
      reason: 'Went on on the processor.',
    });
  });

  it('while it is tried is found unavailable, with how its process ended', async () => {
    const { client, report } = await rig(worker('process.abort();'));
    await client.probeDevices();
    expect(await report()).toMatchObject({
      state: 'unavailable',
      reason: 'It ended the process that tried it (signal SIGABRT).',
    });
  });

  it('or hangs is killed when it has said nothing for too long', async () => {
    const { client, processes, report } = await rig(worker(''), 1_000);
    const before = new Set(await readdir(tmpdir()));
    await client.probeDevices();
    expect(await report()).toMatchObject({
      state: 'unavailable',
      reason: 'It did not answer within 1 seconds.',
    });
    // Every device that this system has was tried; nothing of it is left.
    expect(processes.length).toBeGreaterThan(0);
    const left = (await readdir(tmpdir())).filter(
      (name) => name.startsWith('autodoc-probe-') && !before.has(name),
    );
    expect(left).toEqual([]);
  });
});

describe.skipIf(!isOffered)('trying devices', () => {
  it('says so while it lasts, names the reason, and can be called off', async () => {
    const { client, events, report } = await rig(worker(answerProbe(nothing)));
    await client.probeDevices();
    const states = events.flatMap((event) =>
      event.type === 'devices'
        ? [event.devices.find(({ device }) => device === 'webgpu')!.state]
        : [],
    );
    expect(states.slice(0, 2)).toEqual(['probing', 'unavailable']);
    expect((await report()).reason).toMatch(/^There is no graphics adapter/);

    const hanging = await rig(worker(''));
    const abort = new AbortController();
    const trying = hanging.client.probeDevices(abort.signal);
    hanging.client.onEvent(() => abort.abort());
    await expect(trying).rejects.toMatchObject({ code: 'cancelled' });
    expect(await hanging.report()).toMatchObject({ state: 'unprobed' });
  });

  it('is done again where what was kept is damaged or of another machine', async () => {
    const { client, devicesFile } = await rig(worker(answerProbe(found)));
    await client.probeDevices();
    const kept = JSON.parse(await readFile(devicesFile, 'utf8')) as { valid_for: string };
    const stateAfter = async (contents: string) => {
      const next = await rig(worker(answerProbe(found)));
      await writeFile(next.devicesFile, contents);
      return (await next.report()).state;
    };
    expect(await stateAfter(JSON.stringify(kept))).toBe('available');
    expect(await stateAfter(JSON.stringify({ ...kept, valid_for: 'elsewhere' }))).toBe('unprobed');
    expect(await stateAfter('{"format":1,')).toBe('unprobed');
  });
});
