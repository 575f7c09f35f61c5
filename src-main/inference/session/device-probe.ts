import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { variantsFor, type Device, type Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { arrangeWeights, type Gpt2Weights } from '../checkpoint/gpt2-weights.ts';
import type { WeightSource } from '../checkpoint/weight-source.ts';
import { attentionForms, type AttentionForm } from '../graph/device-form.ts';
import { buildGpt2Graph } from '../graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../graph/write-graph.ts';
import { DeviceSession } from './device-session.ts';
import { OnnxSession } from './onnx-session.ts';
import type { PassResult, PassSession } from './pass-session.ts';

/*
 * Whether a device can draft, by drafting on it: a small made-up model reads a prompt and takes
 * steps with rows that change places, on the device and on the processor, and the answers are
 * compared. Runs in a process of its own, which may end at any line.
 */

/** What a probe found. */
export interface DeviceFinding {
  /** How attention is computed there; null where the device cannot draft. */
  readonly form: AttentionForm | null;
  /** Why it cannot, for people; empty where it can. */
  readonly reason: string;
  /** The variants that agree with the processor there, and milliseconds per step of the made-up model. */
  readonly variants: readonly VariantSpeed[];
  /** The same of the processor's fastest variant; null where the device cannot draft. */
  readonly cpuStepMs: number | null;
}

export interface VariantSpeed {
  readonly variant: Variant;
  readonly stepMs: number;
}

/** Small: on it answers are compared. Its heads are as wide as all of GPT-2's. */
const comparedConfig = madeUpConfig({ heads: 2, width: 128, vocabSize: 1024 });
/** Layers as wide as the smallest GPT-2's: on it steps are timed. A few stand for many. */
const timedConfig = madeUpConfig({ heads: 12, width: 768, vocabSize: 4096 });

/** Variants that the processor is timed with: what the device must be faster than. */
const cpuVariants: readonly Variant[] = ['fp32', 'int8', 'int4'];

/**
 * How far logits may lie from the processor's, in standard deviations of the logits. On the
 * processor blocks of few bits are multiplied with rounded activations, on devices with whole ones.
 */
const tolerances: Readonly<Record<Variant, number>> = {
  fp32: 0.002,
  fp16: 0.05,
  int8: 0.15,
  int8_block: 0.15,
  int4: 0.15,
  int4_mixed: 0.15,
};

/**
 * Probes a device.
 *
 * @param directory an empty folder for made-up models, which its maker deletes
 */
export async function probeDevice(device: Device, directory: string): Promise<DeviceFinding> {
  const compared = await writeModel(path.join(directory, 'compared'), comparedConfig, device);
  const agreement = await findAgreement(device, compared);
  if (agreement.form === null) return { ...agreement, variants: [], cpuStepMs: null };

  const timed = await writeModel(path.join(directory, 'timed'), timedConfig, device);
  const { form } = agreement;
  const variants: VariantSpeed[] = [];
  for (const variant of agreement.variants) {
    const session = await loadOnDevice(device, form, variant, timed);
    variants.push({ variant, stepMs: await timeSteps(session) });
  }
  const cpuTimes: number[] = [];
  for (const variant of cpuVariants)
    cpuTimes.push(await timeSteps(await loadOnCpu(variant, timed)));
  return { form, reason: '', variants, cpuStepMs: Math.min(...cpuTimes) };
}

interface MadeUpModel {
  readonly directory: string;
  readonly config: Gpt2Config;
}

async function writeModel(
  directory: string,
  config: Gpt2Config,
  device: Device,
): Promise<MadeUpModel> {
  await mkdir(directory);
  const weights = madeUpWeights(config);
  for (const variant of new Set([...variantsFor(device), ...cpuVariants])) {
    await writeGraph(buildGpt2Graph(config, weights, variant), directory, variant);
  }
  return { directory, config };
}

function loadOnCpu(variant: Variant, { directory, config }: MadeUpModel): Promise<PassSession> {
  return OnnxSession.load(path.join(directory, graphFile(variant)), config);
}

function loadOnDevice(
  device: Device,
  form: AttentionForm,
  variant: Variant,
  model: MadeUpModel,
): Promise<PassSession> {
  return DeviceSession.load({ ...model, device, form, variant });
}

/** The first form of attention that gives the processor's answers, and the variants that do so with it. */
async function findAgreement(
  device: Device,
  model: MadeUpModel,
): Promise<
  | { readonly form: AttentionForm; readonly variants: readonly Variant[] }
  | { readonly form: null; readonly reason: string }
> {
  let reason = '';
  for (const form of attentionForms) {
    const variants: Variant[] = [];
    for (const variant of variantsFor(device)) {
      try {
        const reference = await readOn(await loadOnCpu(variant, model));
        const answers = await readOn(await loadOnDevice(device, form, variant, model));
        requireAgreement(answers, reference, variant);
        variants.push(variant);
      } catch (error) {
        reason ||= error instanceof Error ? error.message : String(error);
        // What goes wrong in 32 bits is not to be trusted with fewer.
        if (variant === 'fp32') break;
      }
    }
    if (variants.length > 0) return { form, variants };
  }
  return { form: null, reason };
}

const promptPieces = 4;
const probePiece = 16;
const candidates = 10;

/**
 * A prompt of several pieces, a batch whose rows change places, a kept prefix.
 *
 * @returns all that was brought back, one after another
 */
async function readOn(session: PassSession): Promise<readonly number[]> {
  const cache = session.newCache();
  const answers: Float32Array[] = [];
  let next = 1;
  const pass = async (rows: number, tokens: number, parents: readonly number[]) => {
    cache.reserve(rows, cache.length + tokens);
    cache.reorder(Int32Array.from(parents));
    const result = await session.run(cache, {
      tokenIds: Int32Array.from({ length: rows * tokens }, () => {
        next = (next * 75) % session.config.vocabSize;
        return next;
      }),
      rows,
      positions: [tokens - 1],
      k: candidates,
      targets: [],
      outputs: ['logits', 'top'],
    });
    answers.push(result.logits, result.topLogProbs, scoresOfRanked(result, rows));
  };
  try {
    for (let piece = 0; piece < promptPieces; piece += 1) await pass(1, probePiece, [0]);
    await pass(3, 1, [0, 0, 0]);
    await pass(3, 1, [2, 0, 2]);
    cache.truncate(probePiece);
    await pass(1, probePiece, [0]);
  } finally {
    await session.release();
  }
  return answers.flatMap((part) => [...part]);
}

const untimedSteps = 2;
const timedSteps = 24;
/** A slow device is known for one soon. */
const enoughMs = 300;

/** Milliseconds of the fastest step: others had the machine too. */
async function timeSteps(session: PassSession): Promise<number> {
  const cache = session.newCache();
  let fastestMs = Infinity;
  let totalMs = 0;
  try {
    for (let step = 0; step < timedSteps && totalMs < enoughMs; step += 1) {
      cache.reserve(1, cache.length + 1);
      const start = performance.now();
      await session.run(cache, {
        tokenIds: Int32Array.of(step),
        rows: 1,
        positions: [0],
        k: candidates,
        targets: [],
        outputs: ['top'],
      });
      const ms = performance.now() - start;
      // The first ones load and compile.
      if (step < untimedSteps) continue;
      fastestMs = Math.min(fastestMs, ms);
      totalMs += ms;
    }
  } finally {
    await session.release();
  }
  return fastestMs;
}

/** The logits of the tokens that were ranked first: of near equals either may stand there. */
function scoresOfRanked({ logits, topIds }: PassResult, rows: number): Float32Array {
  return Float32Array.from(topIds, (id, index) => {
    const row = Math.floor(index / (topIds.length / rows));
    return logits[row * (logits.length / rows) + id]!;
  });
}

function requireAgreement(
  answers: readonly number[],
  reference: readonly number[],
  variant: Variant,
): void {
  const difference = distance(answers, reference);
  if (difference <= tolerances[variant]) return;
  throw new Error(
    `It computes something else than the processor: its answers in ${variant} are ` +
      `${difference.toPrecision(2)} standard deviations away.`,
  );
}

/** The largest difference, in standard deviations of what it should be; NaN where there is one. */
function distance(answers: readonly number[], reference: readonly number[]): number {
  if (answers.length !== reference.length) return Infinity;
  const mean = reference.reduce((sum, x) => sum + x, 0) / reference.length;
  const variance = reference.reduce((sum, x) => sum + (x - mean) ** 2, 0) / reference.length;
  const largest = answers.reduce((max, x, i) => Math.max(max, Math.abs(x - reference[i]!)), 0);
  return largest / Math.sqrt(variance);
}

function madeUpConfig(sizes: Pick<Gpt2Config, 'heads' | 'width' | 'vocabSize'>): Gpt2Config {
  return {
    ...sizes,
    layers: 2,
    innerWidth: 4 * sizes.width,
    maxPositions: 128,
    layerNormEpsilon: 1e-5,
    activation: 'gelu_tanh',
    attentionScales: [0.125, 0.125],
    tiedHead: true,
    bosTokenId: null,
    eosTokenIds: [],
    padTokenId: null,
  };
}

/** Weights that lead to predictions neither flat nor certain; the same ones at every probe. */
function madeUpWeights(config: Gpt2Config): Gpt2Weights {
  return arrangeWeights(config, (name, ...dims): WeightSource => {
    const isGain = /ln_.*\.weight$/.test(name);
    const [inputs = 1] = dims;
    const isMatrix = dims.length > 1;
    const spread = isMatrix ? (name === 'wte.weight' ? 0.1 : 2 / Math.sqrt(inputs)) : 0.1;
    return {
      dims,
      readRows(start, end) {
        const values = new Float32Array((end - start) * (dims.at(-1) ?? 0));
        let state = (start + 1) * 2_654_435_761 + seedOf(name);
        for (let i = 0; i < values.length; i += 1) {
          // A linear congruence in 32 bits (Numerical Recipes): quick, and good enough for this.
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
          values[i] = (isGain ? 1 : 0) + (spread * state) / 2 ** 31;
        }
        return Promise.resolve(values);
      },
    };
  });
}

function seedOf(name: string): number {
  return Buffer.from(name).reduce((seed, byte) => (Math.imul(seed, 31) + byte) | 0, 7);
}
