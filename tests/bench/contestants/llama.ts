import { importPeer } from './import-peer.ts';
import type { LoadRunner, Task } from './task.ts';

/** What is used of `node-llama-cpp`. */
interface LlamaModule {
  readonly getLlama: (options: Record<string, unknown>) => Promise<{
    loadModel(options: Record<string, unknown>): Promise<{
      createContext(options: Record<string, unknown>): Promise<{
        readonly contextSize: number;
        getSequence(): LlamaSequence;
      }>;
    }>;
  }>;
}

interface LlamaSequence {
  readonly contextTokens: readonly number[];
  readonly nextTokenIndex: number;
  eraseContextTokenRanges(ranges: readonly { start: number; end: number }[]): Promise<void>;
  evaluate(tokens: readonly number[], options: Record<string, unknown>): AsyncIterable<number>;
}

/** Candidates side by side: the most that a job asks for. */
const sequences = 5;

/** llama.cpp by node-llama-cpp's low level: its own sampler, no chat around it. */
export async function openLlama(): Promise<LoadRunner> {
  const { getLlama } = await importPeer<LlamaModule>('node-llama-cpp');
  // What is in the package, as it is: nothing is downloaded or compiled.
  const options = { gpu: false, build: 'never', skipDownload: true, progressLogs: false };
  return async ({ path, threads, maxPositions }) => {
    const llama = await getLlama({ ...options, maxThreads: threads, logLevel: 'error' });
    const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
    const context = await model.createContext({
      contextSize: maxPositions,
      sequences,
      threads: { ideal: threads, min: threads },
    });
    const all = Array.from({ length: sequences }, () => context.getSequence());
    return {
      async run(task) {
        if (task.strategy === 'beam') return null;
        const start = performance.now();
        const newTokenIds = await Promise.all(
          all.slice(0, task.rows).map((sequence, row) => write(sequence, task, row)),
        );
        return { ms: performance.now() - start, decodeMs: null, newTokenIds };
      },
    };
  };
}

/** Keeps what the sequence has read of the same beginning, as a caller who types would. */
async function write(sequence: LlamaSequence, task: Task, row: number): Promise<number[]> {
  const { strategy, promptTokenIds, newTokens, topK, seed } = task;
  const known = sequence.contextTokens;
  let kept = 0;
  while (kept < promptTokenIds.length - 1 && known[kept] === promptTokenIds[kept]) kept += 1;
  await sequence.eraseContextTokenRanges([{ start: kept, end: sequence.nextTokenIndex }]);
  const written: number[] = [];
  const sampling =
    strategy === 'sample'
      ? { temperature: 1, topK, topP: 1, seed: seed + row }
      : { temperature: 0 };
  const tokens = sequence.evaluate(promptTokenIds.slice(kept), {
    ...sampling,
    yieldEogToken: true,
  });
  for await (const token of tokens) {
    written.push(token);
    if (written.length === newTokens) break;
  }
  return written;
}
