import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { variants, type Variant } from '../../../src-main/contract/models.ts';
import { engineEnvironment } from '../../../src-main/inference/host/engine-environment.ts';
import type { CheckpointSizes } from '../../fixtures/checkpoint-folder.ts';
import { writeLargeCheckpoint } from '../../fixtures/large-checkpoint.ts';
import { isSoak } from '../../fixtures/scale.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const mebibyte = 2 ** 20;

interface Case {
  readonly sizes: CheckpointSizes;
  readonly written: readonly Variant[];
}

/** Read whole, its 240 MiB in fp32 alone would be too much twice over. */
const small: Case = {
  sizes: { n_layer: 6, n_head: 12, n_embd: 768, n_positions: 1024, vocab_size: 25_000 },
  written: ['fp16'],
};

/** The largest GPT-2, or as many of its layers as the disk has room for. */
function largest(): Case {
  const { bavail, bsize } = statfsSync(tmpdir());
  const hasRoom = bavail * bsize > 40e9;
  return {
    sizes: {
      ...{ n_layer: hasRoom ? 48 : 4, n_head: 25, n_embd: 1600, n_positions: 1024 },
      vocab_size: 50_257,
    },
    written: variants,
  };
}

/** Peak resident memory of a process that imports the folder, in MiB. */
function importAndWeigh(source: string, modelsDirectory: string, written: readonly Variant[]) {
  const script = path.join(import.meta.dirname, 'weighed-import.ts');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [script, source, modelsDirectory, written.join(',')],
    { encoding: 'utf8', env: engineEnvironment(process.env) },
  );
  expect(stderr.replaceAll(/^npm warn.*\n/gm, '')).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout) as { readonly peakMiB: number; readonly variants: readonly Variant[] };
}

it.skipIf(process.platform !== 'linux')(
  'an import needs the memory of its largest tensor and 400 MiB, however large the model',
  async () => {
    const folder = await temporaryFolder();
    const { sizes, written } = isSoak ? largest() : small;
    const source = path.join(folder, 'source');
    const largestBytes = await writeLargeCheckpoint(source, sizes);
    const weighed = importAndWeigh(source, path.join(folder, 'models'), written);
    console.info(`peak ${weighed.peakMiB.toFixed(0)} MiB, ${sizes.n_layer} layers`);
    expect(weighed.variants).toEqual(variants.filter((v) => v === 'fp32' || written.includes(v)));
    expect(weighed.peakMiB).toBeLessThan(largestBytes / mebibyte + 400);
  },
  3_600_000,
);
