import type { Strategy } from '../../../src-main/contract/generation.ts';
import type { Device } from '../../../src-main/contract/models.ts';

/** A piece of work that every contestant is given alike. */
export interface Task {
  readonly strategy: Strategy;
  readonly promptTokenIds: readonly number[];
  /** Exactly so many are written, whatever the model would like. */
  readonly newTokens: number;
  /** Beams of a beam search, candidates of sampling, 1 for greedy search. */
  readonly rows: number;
  /** 0 lets n-grams repeat. */
  readonly noRepeatNgramSize: number;
  readonly topK: number;
  readonly seed: number;
}

export interface Outcome {
  /** The whole task, in the contestant's own process. */
  readonly ms: number;
  /** From the first new token to the last, where the contestant tells them apart. */
  readonly decodeMs: number | null;
  /** The new tokens of each text. */
  readonly newTokenIds: readonly (readonly number[])[];
}

/** A model that a contestant has loaded. */
export interface Runner {
  /** Null: it has no such thing. */
  run(task: Task): Promise<Outcome | null>;
}

/** What a contestant's process needs to know to load a model. */
export interface RunnerSettings {
  /** The graph, the GGUF file or the folder. */
  readonly path: string;
  /** How the weights are held, in the contestant's words. */
  readonly type: string;
  readonly threads: number;
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
}

export type LoadRunner = (settings: RunnerSettings) => Promise<Runner>;

/** Who takes part in processes of the bench's own; the engine comes with a process. */
export const runnerNames = ['transformers.js', 'llama.cpp', 'plain_loop', 'memory'] as const;
export type RunnerName = (typeof runnerNames)[number];

export interface Loaded {
  readonly loadMs: number;
}

/** One of those who take turns. */
export interface Contestant {
  /** Stands in the results' column `variant`. */
  readonly label: string;
  /** Where it really runs: known once it has run. */
  readonly device: () => Device;
  load(): Promise<Loaded>;
  run(task: Task): Promise<Outcome | null>;
  /** 0 before it has started. */
  processId(): number;
  end(): Promise<void>;
}
