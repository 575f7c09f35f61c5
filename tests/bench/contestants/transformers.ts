import path from 'node:path';
import { importPeer } from './import-peer.ts';
import type { LoadRunner, Task } from './task.ts';

/** What is used of `@huggingface/transformers`. */
interface TransformersModule {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => unknown;
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: Record<string, unknown>): Promise<TransformersModel>;
  };
}

interface TransformersModel {
  generate(options: Record<string, unknown>): Promise<{ readonly data: BigInt64Array }>;
}

/** transformers.js by its own `generate`, on the plain export. */
export async function openTransformers(): Promise<LoadRunner> {
  const { env, Tensor, AutoModelForCausalLM } = await importPeer<TransformersModule>(
    '@huggingface/transformers',
  );
  return async ({ path: folder, type, threads }) => {
    env.allowRemoteModels = false;
    env.localModelPath = path.dirname(folder);
    const model = await AutoModelForCausalLM.from_pretrained(path.basename(folder), {
      dtype: type,
      device: 'cpu',
      local_files_only: true,
      use_external_data_format: true,
      session_options: { intraOpNumThreads: threads },
    });
    return {
      async run(task) {
        // Asked for beams, it decodes greedily without a word: nothing to compare.
        if (task.strategy === 'beam') return null;
        const start = performance.now();
        const { data } = await model.generate(generateOptions(task, Tensor));
        const ms = performance.now() - start;
        return { ms, decodeMs: null, newTokenIds: newTokens(data, task) };
      },
    };
  };
}

/** The candidates of sampling are a batch of the same prompt. */
function generateOptions(
  { strategy, promptTokenIds, newTokens, rows, topK }: Task,
  Tensor: TransformersModule['Tensor'],
): Record<string, unknown> {
  const length = promptTokenIds.length;
  const ids = BigInt64Array.from({ length: rows * length }, (_, i) =>
    BigInt(promptTokenIds[i % length]!),
  );
  return {
    inputs: new Tensor('int64', ids, [rows, length]),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [rows, length]),
    max_new_tokens: newTokens,
    do_sample: strategy === 'sample',
    ...(strategy === 'sample' && { top_k: topK }),
  };
}

function newTokens(data: BigInt64Array, { promptTokenIds, rows }: Task): number[][] {
  const length = data.length / rows;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * length + promptTokenIds.length, (row + 1) * length), Number),
  );
}
