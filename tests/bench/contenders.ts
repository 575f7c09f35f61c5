import { variantsFor, type Device, type Variant } from '../../src-main/contract/models.ts';
import { childContestant } from './contestants/child.ts';
import { engineContestant } from './contestants/engine.ts';
import type { Contestant, RunnerName } from './contestants/task.ts';
import { ggmlBytes, type GgmlType } from './formats/gguf-file.ts';
import { benchGgmlTypes, type BenchModel } from './models.ts';
import type { PeerName } from './rows.ts';
import { weightBytesPerToken } from './weights-read.ts';

/** A contestant with what its results are judged by. */
export interface Contender {
  readonly contestant: Contestant;
  readonly peer: PeerName | null;
  readonly isEngine: boolean;
  /** Whether it holds the weights as they are: all who do must write the same tokens. */
  readonly isExact: boolean;
  /** Whether a quick run does without. */
  readonly isForFullRun: boolean;
  /** Labels of peers with weights of the like size. */
  readonly likes: readonly string[];
  readonly weightBytesPerStep: number | null;
}

export interface Choice {
  readonly devices: readonly Device[];
  readonly threads: number;
  readonly withPeers: boolean;
}

/** Everybody who can take part with this model. */
export async function contendersFor(model: BenchModel, choice: Choice): Promise<Contender[]> {
  const engines: Contender[] = [];
  for (const device of choice.devices) {
    for (const variant of variantsFor(device)) {
      engines.push(await engineContender(model, device, variant));
    }
  }
  const others = peerContenders(model, choice.threads);
  // The plain loop needs no package of its own.
  return [...engines, ...others.filter(({ peer }) => choice.withPeers || peer === 'plain_loop')];
}

/** Variants whose cost lies between two others': a quick run does without. */
const inBetween: readonly Variant[] = ['int8_block', 'int4_mixed'];

async function engineContender(
  model: BenchModel,
  device: Device,
  variant: Variant,
): Promise<Contender> {
  const { reference } = model;
  const bytes = await weightBytesPerToken(model.engineGraph(variant));
  return {
    contestant: engineContestant({ model: reference, device, variant }),
    peer: variant === 'fp32' && device === 'cpu' ? 'fp32' : null,
    isEngine: true,
    isExact: variant === 'fp32' && device === 'cpu',
    isForFullRun: inBetween.includes(variant),
    likes: [likeLlama(bytes / reference.card.parameters)],
    // A device has memory of its own.
    weightBytesPerStep: device === 'cpu' ? bytes : null,
  };
}

const smallParameters = 20e6;

const ggmlBytesPerWeight = (type: GgmlType) => {
  const block = 32;
  return ggmlBytes(type, block) / block;
};
const llamaLabel = (type: GgmlType) => `llama.cpp ${type}`;

/** The GGUF file whose weights take the most similar room, whether or not it takes part. */
export function likeLlama(bytesPerWeight: number): string {
  const distance = (type: GgmlType) =>
    Math.abs(Math.log(ggmlBytesPerWeight(type) / bytesPerWeight));
  const [nearest] = benchGgmlTypes.toSorted((a, b) => distance(a) - distance(b));
  return llamaLabel(nearest!);
}

interface PeerEntry {
  readonly peer: PeerName;
  readonly runner: RunnerName;
  readonly type: string;
  readonly path: string;
  readonly bytesPerWeight: number;
  readonly isForFullRun: boolean;
}

function peerContenders(model: BenchModel, threads: number): Contender[] {
  const folder = model.transformersFolder;
  const transformers = { runner: 'transformers.js', path: folder } as const;
  const entries: readonly PeerEntry[] = [
    {
      ...transformers,
      ...{ peer: 'transformers.js', type: 'fp32', bytesPerWeight: 4, isForFullRun: false },
    },
    {
      ...transformers,
      ...{ peer: 'transformers.js (q8)', type: 'q8', bytesPerWeight: 1, isForFullRun: true },
    },
    ...benchGgmlTypes.map((type): PeerEntry => ({
      ...{ peer: 'llama.cpp', runner: 'llama.cpp', type, path: model.gguf(type) },
      bytesPerWeight: ggmlBytesPerWeight(type),
      // With small models it takes twenty times as long as everybody else.
      isForFullRun: type === 'f16' || model.reference.card.parameters < smallParameters,
    })),
    {
      ...{ peer: 'plain_loop', runner: 'plain_loop', type: 'fp32', path: model.plainGraph('fp32') },
      ...{ bytesPerWeight: 4, isForFullRun: false },
    },
  ];
  return entries.map(({ peer, runner, type, path, bytesPerWeight, isForFullRun }) => ({
    contestant: childContestant(`${runner} ${type}`, runner, {
      ...model.shape,
      path,
      type,
      threads,
    }),
    ...{ peer, isForFullRun },
    likes: [likeLlama(bytesPerWeight)],
    isEngine: false,
    isExact: type === 'fp32',
    weightBytesPerStep: null,
  }));
}
