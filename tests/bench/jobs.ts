import type { Outcome, Task } from './contestants/task.ts';

/*
 * What is measured. Every contestant of a job gets the same task in a round, and each round has
 * a prompt of its own, so that nothing is at hand from the round before unless the job says so.
 */

export interface Job {
  readonly name: string;
  /** Tokens in the longest text: models with a shorter context sit the job out. */
  readonly tokens: number;
  readonly task: (prompt: PromptMaker, round: number) => Task;
  /** What is counted of an outcome, in ms. */
  readonly ms: (outcome: Outcome) => number;
  /** Steps of decoding after the first token; null where memory is not what limits the job. */
  readonly decodingSteps: number | null;
  /** Whether the engine is measured alone. */
  readonly isForEngineOnly: boolean;
}

/** Token ids of a prompt: the same `key` gives the same tokens from the start. */
export type PromptMaker = (length: number, key: number) => readonly number[];

const length = 100;
const promptLength = 16;
const newTokens = length - promptLength;
const candidates = 5;
const topK = 50;
const kept = 512;
/** A word or two. */
const typed = 4;

const wholeTask = ({ ms }: Outcome) => ms;
const greedy = { strategy: 'greedy', rows: 1, noRepeatNgramSize: 0, topK: 0, seed: 0 } as const;
const usual = {
  tokens: length,
  ms: wholeTask,
  decodingSteps: newTokens - 1,
  isForEngineOnly: false,
};

export const mainJobs: readonly Job[] = [
  {
    ...usual,
    name: 'greedy-100',
    task: (prompt, round) => ({
      ...greedy,
      promptTokenIds: prompt(promptLength, round),
      newTokens,
    }),
  },
  {
    // The original application's draft.
    ...usual,
    name: 'beam5-100',
    task: (prompt, round) => ({
      ...greedy,
      strategy: 'beam',
      rows: candidates,
      noRepeatNgramSize: 4,
      promptTokenIds: prompt(promptLength, round),
      newTokens,
    }),
  },
  {
    ...usual,
    name: 'sample5-100',
    task: (prompt, round) => ({
      ...greedy,
      strategy: 'sample',
      rows: candidates,
      topK,
      seed: round,
      promptTokenIds: prompt(promptLength, round),
      newTokens,
    }),
  },
  {
    name: 'prefill-512',
    tokens: kept + 1,
    task: (prompt, round) => ({
      ...greedy,
      promptTokenIds: prompt(kept, round),
      newTokens: 1,
    }),
    ms: wholeTask,
    decodingSteps: null,
    isForEngineOnly: false,
  },
  {
    // A text that stays, the last few tokens another each time, and one token asked for.
    name: 'keystroke-512',
    tokens: kept + typed + 1,
    task: (prompt, round) => ({
      ...greedy,
      promptTokenIds: [...prompt(kept, 0), ...prompt(typed, round + 1)],
      newTokens: 1,
    }),
    ms: wholeTask,
    decodingSteps: null,
    isForEngineOnly: false,
  },
];

const growthTokens = 24;

/** What a token costs after so many others: `median_ms` is for one token. */
export const growthJobs: readonly Job[] = [64, 128, 256, 512, 768, 1000].map((context) => ({
  name: `token-at-${context}`,
  tokens: context + growthTokens,
  task: (prompt, round) => ({
    ...greedy,
    promptTokenIds: prompt(context, round),
    newTokens: growthTokens,
  }),
  ms: ({ decodeMs, ms }) => (decodeMs ?? ms) / (growthTokens - 1),
  decodingSteps: null,
  isForEngineOnly: true,
}));

/** A few tokens of the same shape: buffers are made, caches are warm, and nothing is counted. */
export function warmUp(task: Task): Task {
  const warmUpTokens = 8;
  return { ...task, newTokens: Math.min(task.newTokens, warmUpTokens) };
}

/** Any ids do: what a token says does not change what it costs. */
export function promptMaker(vocabSize: number): PromptMaker {
  return (length, key) =>
    Array.from({ length }, (_, place) => (7919 * (place + 1) + 104_729 * key) % (vocabSize - 1));
}
