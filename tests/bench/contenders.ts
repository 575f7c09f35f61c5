import { variantsFor, type Device, type Variant } from '../../src-main/contract/models.ts';
import { childContestant } from './contestants/child.ts';
import { engineContestant } from './contestants/engine.ts';
import type { Contestant, RunnerName } from './contestants/task.ts';
import { ggmlBytes } from './formats/gguf-file.ts';
import { transformersTypes } from './formats/transformers-folder.ts';
import { benchGgmlTypes, type BenchModel } from './models.ts';
import type { PeerName } from './rows.ts';
import { lastCacheBytes, weightBytesPerToken } from './weights-read.ts';

/** A contestant with what its results are judged by. */
export interface Contender {
  readonly contestant: Contestant;
  readonly peer: PeerName | null;
  readonly isEngine: boolean;
  readonly bytesPerWeight: number;
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

async function engineContender(
  model: BenchModel,
  device: Device,
  variant: Variant,
): Promise<Contender> {
  const { reference } = model;
  const bytes = await weightBytesPerToken(model.engineGraph(variant));
  const cache = (await lastCacheBytes()) ?? 0;
  return {
    contestant: engineContestant({ model: reference, device, variant }),
    peer: variant === 'fp32' && device === 'cpu' ? 'fp32' : null,
    isEngine: true,
    bytesPerWeight: bytes / reference.card.parameters,
    // Weights that a cache can hold need not come from memory; a device has memory of its own.
    weightBytesPerStep: device === 'cpu' && bytes > cache ? bytes : null,
  };
}

function peerContenders(model: BenchModel, threads: number): Contender[] {
  const contender = (
    runner: RunnerName,
    type: string,
    path: string,
    peer: PeerName,
    bytesPerWeight: number,
  ): Contender => ({
    contestant: childContestant(`${runner} ${type}`, runner, {
      ...model.shape,
      path,
      type,
      threads,
    }),
    peer,
    isEngine: false,
    bytesPerWeight,
    weightBytesPerStep: null,
  });
  const float32Bytes = 4;
  const block = 32;
  return [
    ...transformersTypes.map((type) =>
      type === 'fp32'
        ? contender('transformers.js', type, model.transformersFolder, 'transformers.js', 4)
        : contender('transformers.js', type, model.transformersFolder, 'transformers.js (q8)', 1),
    ),
    ...benchGgmlTypes.map((type) =>
      contender('llama.cpp', type, model.gguf(type), 'llama.cpp', ggmlBytes(type, block) / block),
    ),
    contender('plain_loop', 'fp32', model.plainGraph('fp32'), 'plain_loop', float32Bytes),
  ];
}
