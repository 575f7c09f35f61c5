import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GenerationParameters } from '../../../src-main/contract/generation.ts';
import type { Device, DeviceReport, Variant } from '../../../src-main/contract/models.ts';
import type {
  GenerateResult,
  InferenceClient,
  ModelReference,
} from '../../../src-main/inference/client/types.ts';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import { openModelStore } from '../../../src-main/inference/model-store/model-store.ts';
import { prepareModel } from '../../../src-main/inference/model-store/prepare-model.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';
import { startEngine, workerEntry } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { vulkanEnvironment, withoutVulkan } from '../../fixtures/vulkan.ts';

/*
 * Drafting on WebGPU, with the engine's real processes, on Mesa's software Vulkan. There shaders
 * take seconds to compile, so that one client does all that can be done with one, and what it
 * compiled is kept.
 */

const environment = vulkanEnvironment();
/** Of an idle machine's minute or so, most is the compiler's; a busy one takes many times longer. */
const patienceMs = 600_000;

/** Heads as wide as the probe's, so that they share shaders. */
const sizes = { n_layer: 2, n_head: 2, n_embd: 128, n_positions: 256, vocab_size: 300 };

async function smallModel(folder: string): Promise<ModelReference> {
  const source = path.join(folder, 'source');
  const modelsDirectory = path.join(folder, 'models');
  await mkdir(modelsDirectory, { recursive: true });
  await writeCheckpointFolder(source, sizes);
  await prepareModel({ source, modelsDirectory, name: 'small', bundled: false });
  return openModelStore(modelsDirectory, silentLogger).get('small');
}

const promptTokenIds = Array.from({ length: 40 }, (_, i) => (i * 37 + 11) % 250);
const strategies: readonly GenerationParameters[] = [
  { strategy: 'greedy', max_new_tokens: 24 },
  { strategy: 'beam', num_beams: 4, num_return_sequences: 3, max_new_tokens: 20 },
  {
    strategy: 'beam',
    num_beams: 3,
    no_repeat_ngram_size: 2,
    length_penalty: 2,
    max_new_tokens: 20,
  },
  { strategy: 'sample', num_return_sequences: 3, top_p: 0.9, seed: 7, max_new_tokens: 12 },
];

function draft(
  client: InferenceClient,
  model: ModelReference,
  device: 'auto' | Device,
  parameters: GenerationParameters,
  variant: Variant = 'fp32',
): Promise<GenerateResult> {
  return client.generate({ model, device, variant, promptTokenIds, parameters });
}

function reportOf(reports: readonly DeviceReport[], device: Device): DeviceReport {
  return reports.find((report) => report.device === device)!;
}

describe.skipIf(environment === null)('drafting on webgpu', () => {
  it(
    'is tried in a process of its own, and gives the processor’s texts and scores',
    { timeout: patienceMs },
    async () => {
      const folder = await temporaryFolder();
      const model = await smallModel(folder);
      const devicesFile = path.join(folder, 'devices.json');
      const { client, processes } = startEngine({
        startProcess: forkHost(workerEntry, environment ?? {}),
        devicesFile,
        probeTimeoutMs: patienceMs,
      });
      expect(reportOf(await client.devices(), 'webgpu').state).toBe('unprobed');
      expect(processes).toHaveLength(0);
      // Nobody has tried it: the first draft does not wait for that.
      expect((await draft(client, model, 'auto', strategies[0]!)).device).toBe('cpu');

      // Chosen by name it is tried first.
      for (const parameters of strategies) {
        const there = await draft(client, model, 'webgpu', parameters);
        const here = await draft(client, model, 'cpu', parameters);
        expect(there).toMatchObject({ device: 'webgpu', variant: 'fp32', fallBack: null });
        expect(here).toMatchObject({ device: 'cpu', fallBack: null });
        expect(there.sequences.map(({ tokenIds }) => tokenIds)).toEqual(
          here.sequences.map(({ tokenIds }) => tokenIds),
        );
        for (const [i, { score }] of there.sequences.entries()) {
          expect(score).toBeCloseTo(here.sequences[i]!.score, 4);
        }
      }
      const text = [...promptTokenIds, ...promptTokenIds];
      const choice = { model, variant: 'fp32' } as const;
      const there = await client.score({ ...choice, device: 'webgpu' }, text, { alternatives: 3 });
      const here = await client.score({ ...choice, device: 'cpu' }, text, { alternatives: 3 });
      expect(there.alternatives.map((place) => place.map(({ tokenId }) => tokenId))).toEqual(
        here.alternatives.map((place) => place.map(({ tokenId }) => tokenId)),
      );
      for (const [i, logProb] of there.logProbs.entries()) {
        expect(logProb).toBeCloseTo(here.logProbs[i]!, 4);
      }

      // Fewer bits are multiplied otherwise than on the processor; the texts are of the same kind.
      for (const variant of ['fp16', 'int4'] as const) {
        const result = await draft(client, model, 'webgpu', strategies[0]!, variant);
        expect(result).toMatchObject({ device: 'webgpu', variant, fallBack: null });
      }

      // The engine and the one that tried it out.
      expect(processes).toHaveLength(2);
      const report = reportOf(await client.devices(), 'webgpu');
      expect(report).toMatchObject({ state: 'available', is_tested: true });
      expect(report.speed_against_cpu).toBeGreaterThan(0);

      // The next start knows it, and does not choose what is slower than the processor.
      const next = startEngine({
        startProcess: forkHost(workerEntry, environment ?? {}),
        devicesFile,
      });
      expect(reportOf(await next.client.devices(), 'webgpu')).toEqual(report);
      const automatic = await draft(next.client, model, 'auto', strategies[0]!);
      expect(automatic.device).toBe(report.speed_against_cpu! > 1 ? 'webgpu' : 'cpu');
      expect(next.processes).toHaveLength(1);

      // Without the fused operator, as on devices that have none.
      const found = await readFile(devicesFile, 'utf8');
      await writeFile(devicesFile, found.replace('"fused"', '"plain"'));
      const plain = startEngine({
        startProcess: forkHost(workerEntry, environment ?? {}),
        devicesFile,
      });
      for (const parameters of strategies.slice(0, 2)) {
        const result = await draft(plain.client, model, 'webgpu', parameters);
        const here = await draft(client, model, 'cpu', parameters);
        expect(result).toMatchObject({ device: 'webgpu', fallBack: null });
        expect(result.sequences.map(({ tokenIds }) => tokenIds)).toEqual(
          here.sequences.map(({ tokenIds }) => tokenIds),
        );
      }
    },
  );
});

describe('a machine without an adapter', () => {
  it(
    'drafts on the processor and says why, or refuses where that is asked for',
    { timeout: 120_000 },
    async () => {
      const folder = await temporaryFolder();
      const model = await smallModel(folder);
      const devicesFile = path.join(folder, 'devices.json');
      const { client } = startEngine({
        startProcess: forkHost(workerEntry, withoutVulkan()),
        devicesFile,
      });
      const reasons: string[] = [];
      client.onEvent((event) => {
        if (event.type === 'fell_back') reasons.push(event.reason);
      });
      const [greedy] = strategies;
      const drafted = await draft(client, model, 'webgpu', greedy!);
      expect(drafted).toMatchObject({ device: 'cpu', variant: 'fp32' });
      expect(drafted.fallBack).toMatch(/webgpu cannot be used/);
      expect(reasons).toEqual([drafted.fallBack]);

      const insisting = {
        model,
        device: 'webgpu',
        variant: 'auto',
        isDeviceRequired: true,
      } as const;
      await expect(
        client.generate({ ...insisting, promptTokenIds, parameters: greedy! }),
      ).rejects.toMatchObject({ code: 'device_unavailable' });
      expect(reportOf(await client.devices(), 'webgpu').state).toBe('unavailable');
      expect(await readFile(devicesFile, 'utf8')).toContain('"unavailable"');
    },
  );
});
