import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { GenerationParameters } from '../../src-main/contract/generation.ts';
import type { Variant } from '../../src-main/contract/models.ts';
import { createInferenceClient } from '../../src-main/inference/client/inference-client.ts';
import type { InferenceClient, ModelReference } from '../../src-main/inference/client/types.ts';
import { forkHost } from '../../src-main/inference/host/fork-host.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { gpt2Shape, writeRandomCheckpoint } from './random-checkpoint.ts';

/*
 * `npm run bench [-- --quick] [--json]`: what the engine costs, as ratios within one run. The
 * variants of a job take turns, so that a machine whose speed drifts slows them alike; a
 * median of one run says little by itself, a ratio does.
 */

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' } },
});
const rounds = options.quick === true ? 3 : 7;
const variants = ['fp32', 'int8'] as const satisfies readonly Variant[];
const promptTokens = 16;

interface Job {
  readonly name: string;
  readonly parameters: GenerationParameters;
}

/** The text must not end early: `min_new_tokens` keeps random weights from drawing the end. */
const newTokens = 100 - promptTokens;
const fixedLength = { max_new_tokens: newTokens, min_new_tokens: newTokens };
const jobs: readonly Job[] = [
  {
    name: 'greedy-100',
    parameters: { strategy: 'greedy', no_repeat_ngram_size: 0, ...fixedLength },
  },
  { name: 'beam5-100', parameters: { strategy: 'beam', ...fixedLength } },
  { name: 'sample-100', parameters: { strategy: 'sample', seed: 1, ...fixedLength } },
];

interface Row {
  readonly job: string;
  readonly model: string;
  readonly device: 'cpu';
  readonly variant: Variant;
  readonly threads: number;
  readonly median_ms: number;
  /** The other's time over ours: more is better. */
  readonly ratio_to: Readonly<Record<string, number>>;
  /** Of the engine's process, with this model and variant; null where the system does not tell. */
  readonly peak_rss_mib: number | null;
}

/** An engine of its own for each variant: its model stays loaded, its peak memory is its own. */
interface Contestant {
  readonly variant: Variant;
  readonly client: InferenceClient;
  readonly processId: () => number;
}

const directory = mkdtempSync(join(tmpdir(), 'autodoc-bench-'));
try {
  const rows: Row[] = [];
  for (const model of await prepareModels()) rows.push(...(await measure(model)));
  if (options.json === true) console.log(JSON.stringify(rows, null, 2));
  else console.table(rows.map(({ ratio_to, ...row }) => ({ ...row, ...prefixed(ratio_to) })));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function prepareModels(): Promise<readonly ModelReference[]> {
  const gpt2 = join(directory, 'gpt2-124m-random');
  writeRandomCheckpoint(gpt2, gpt2Shape);
  const sources = [
    { name: 'starter', source: 'resources/models/starter' },
    { name: 'gpt2-124m', source: gpt2 },
  ];
  const modelsDirectory = join(directory, 'models');
  const { client } = contestant('fp32');
  try {
    const references: ModelReference[] = [];
    for (const { name, source } of sources) {
      const card = await client.prepareModel({ source, modelsDirectory, name, bundled: false });
      references.push({ directory: join(modelsDirectory, name), card });
    }
    return references;
  } finally {
    await client.dispose();
  }
}

async function measure(model: ModelReference): Promise<readonly Row[]> {
  const contestants = variants.map(contestant);
  try {
    const times = new Map<string, number[]>();
    const note = (job: string, variant: Variant, ms: number) => {
      const key = `${job} ${variant}`;
      times.set(key, [...(times.get(key) ?? []), ms]);
    };
    // A round more than is counted: the first draft loads the model, which is a row of its own.
    for (let round = 0; round <= rounds; round++) {
      for (const job of jobs) {
        for (const { variant, client } of contestants) {
          const { timings } = await client.generate({
            model,
            device: 'cpu',
            variant,
            promptTokenIds: promptOf(model, round),
            parameters: job.parameters,
          });
          if (round === 0 && job === jobs[0]) note('load', variant, timings.loadMs);
          if (round > 0) note(job.name, variant, timings.prefillMs + timings.decodeMs);
        }
      }
    }
    return ['load', ...jobs.map(({ name }) => name)].flatMap((job) => {
      const ofVariant = (variant: Variant) => median(times.get(`${job} ${variant}`) ?? []);
      return contestants.map(({ variant, processId }): Row => ({
        job,
        model: model.card.name,
        device: 'cpu',
        variant,
        threads: availableParallelism(),
        median_ms: rounded(ofVariant(variant)),
        ratio_to: { fp32: rounded(ofVariant('fp32') / ofVariant(variant)) },
        peak_rss_mib: peakRssMib(processId()),
      }));
    });
  } finally {
    await Promise.all(contestants.map(({ client }) => client.dispose()));
  }
}

function contestant(variant: Variant): Contestant {
  const entry = join(import.meta.dirname, '../../src-main/inference/worker/main.ts');
  let processId = 0;
  const start = forkHost(entry);
  const client = createInferenceClient({
    logger: silentLogger,
    startProcess: () => {
      const before = new Set(childProcessIds());
      const engine = start();
      processId = childProcessIds().find((id) => !before.has(id)) ?? 0;
      return engine;
    },
  });
  return { variant, client, processId: () => processId };
}

/** Another prompt each round, so that no prefix is at hand from the round before. */
function promptOf({ card }: ModelReference, round: number): readonly number[] {
  return Array.from(
    { length: promptTokens },
    (_, i) => (7919 * (round * promptTokens + i)) % card.vocab_size,
  );
}

/** This process's children, as Linux lists them; none where the system does not tell. */
function childProcessIds(): readonly number[] {
  try {
    const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The most memory the process ever held, as Linux counts it. */
function peakRssMib(processId: number): number | null {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / 1024);
  } catch {
    return null;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function prefixed(ratios: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(ratios).map(([peer, ratio]) => [`× ${peer}`, ratio]));
}
