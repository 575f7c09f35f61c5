import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GenerationParameters } from '../../../src-main/contract/generation.ts';
import type { Device, Variant } from '../../../src-main/contract/models.ts';
import { createInferenceClient } from '../../../src-main/inference/client/inference-client.ts';
import type {
  GenerateResult,
  InferenceClient,
  ModelReference,
} from '../../../src-main/inference/client/types.ts';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { Contestant, Task } from './task.ts';

/** As it is built for the application; `run.ts` sees that it is. */
const entry = path.join(import.meta.dirname, '../../../out/main/inference-worker.js');

export interface EngineChoice {
  readonly model: ModelReference;
  readonly variant: Variant;
  readonly device: Device;
}

/** The product: its client, and the engine's process behind it. */
export function engineContestant(choice: EngineChoice): Contestant {
  let engine = startEngine();
  let ranOn = choice.device;

  async function generate(task: Task): Promise<GenerateResult> {
    const result = await engine.client.generate({
      ...choice,
      promptTokenIds: task.promptTokenIds,
      parameters: parametersOf(task),
    });
    ranOn = result.device;
    return result;
  }

  return {
    label: choice.variant,
    device: () => ranOn,
    processId: () => engine.processId(),
    async load() {
      const { timings } = await generate(shortest);
      return { loadMs: timings.loadMs };
    },
    async run(task) {
      const { sequences, timings } = await generate(task);
      return {
        ms: timings.prefillMs + timings.decodeMs,
        decodeMs: timings.decodeMs,
        newTokenIds: sequences.map(({ tokenIds }) => tokenIds.slice(task.promptTokenIds.length)),
      };
    },
    async end() {
      await engine.client.dispose();
      engine = startEngine();
    },
  };
}

/** The least that makes the engine load a model. */
const shortest: Task = {
  strategy: 'greedy',
  promptTokenIds: [0],
  newTokens: 1,
  rows: 1,
  noRepeatNgramSize: 0,
  topK: 0,
  seed: 1,
};

/** No text ends early: the end token is banned up to the last one. */
function parametersOf(task: Task): GenerationParameters {
  const { strategy, newTokens, rows } = task;
  return {
    strategy,
    max_new_tokens: newTokens,
    min_new_tokens: newTokens,
    no_repeat_ngram_size: task.noRepeatNgramSize,
    ...(strategy === 'beam' && { num_beams: rows }),
    ...(strategy === 'sample' && {
      num_return_sequences: rows,
      top_k: task.topK,
      seed: task.seed,
    }),
  };
}

interface StartedEngine {
  readonly client: InferenceClient;
  /** 0 before its first request. */
  processId(): number;
}

/** The host tells nobody its process's id, so it is found as the child that came to be. */
export function startEngine(): StartedEngine {
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
  return { client, processId: () => processId };
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
