import { InferenceSession, Tensor } from 'onnxruntime-node';
import { argmax, sampleTopK, topOfRows } from './plain-choices.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import type { LoadRunner, Outcome, RunnerSettings, Task } from './task.ts';

/**
 * Generation as a tutorial writes it: the plain export on onnxruntime, and a loop in JavaScript
 * that gets the logits and the whole cache back at every step and chooses from them.
 */
export function openPlainLoop(): Promise<LoadRunner> {
  return Promise.resolve(async (settings) => {
    const session = await InferenceSession.create(settings.path, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: settings.threads,
      logSeverityLevel: 3,
    });
    const model = new PlainModel(session, settings);
    return {
      async run(task) {
        const start = performance.now();
        const { newTokenIds, firstAt } = await write(model, task);
        const end = performance.now();
        return { ms: end - start, decodeMs: end - firstAt, newTokenIds };
      },
    };
  });
}

/** Keys and values of each layer, each [rows, heads, tokens so far, head width]. */
type Cache = readonly Tensor[];

class PlainModel {
  readonly #session: InferenceSession;
  readonly #settings: RunnerSettings;

  constructor(session: InferenceSession, settings: RunnerSettings) {
    this.#session = session;
    this.#settings = settings;
  }

  emptyCache(rows: number): Cache {
    const { layers, heads, headWidth } = this.#settings;
    const dims = [rows, heads, 0, headWidth];
    return Array.from({ length: 2 * layers }, () => new Tensor('float32', [], dims));
  }

  /** The logits after each row's last token, and the cache with the new tokens in it. */
  async step(rows: readonly (readonly number[])[], cache: Cache) {
    const { layers, vocabSize } = this.#settings;
    const tokens = rows[0]!.length;
    const past = cache[0]!.dims[2]!;
    const dims = [rows.length, tokens];
    const total = past + tokens;
    const feeds: Record<string, Tensor> = {
      input_ids: int64(rows.flat(), dims),
      position_ids: int64(
        rows.flatMap((row) => row.map((_, place) => past + place)),
        dims,
      ),
      attention_mask: int64(new Array<number>(rows.length * total).fill(1), [rows.length, total]),
    };
    const names = Array.from({ length: layers }, (_, layer) => [
      `${layer}.key`,
      `${layer}.value`,
    ]).flat();
    names.forEach((name, index) => {
      feeds[`past_key_values.${name}`] = cache[index]!;
    });
    const results = await this.#session.run(feeds);
    const all = results.logits!.data as Float32Array;
    return {
      logits: rows.map((_, row) => {
        const end = (row + 1) * tokens * vocabSize;
        return all.subarray(end - vocabSize, end);
      }),
      cache: names.map((name) => results[`present.${name}`]!),
    };
  }
}

/** Row i becomes what row `parents[i]` was. */
function reordered(cache: Cache, parents: readonly number[]): Cache {
  return cache.map((tensor) => {
    const data = tensor.data as Float32Array;
    const size = data.length / tensor.dims[0]!;
    const moved = new Float32Array(parents.length * size);
    parents.forEach((parent, row) => {
      moved.set(data.subarray(parent * size, (parent + 1) * size), row * size);
    });
    return new Tensor('float32', moved, [parents.length, ...tensor.dims.slice(1)]);
  });
}

interface Written extends Pick<Outcome, 'newTokenIds'> {
  /** When the first token was there. */
  readonly firstAt: number;
}

async function write(model: PlainModel, task: Task): Promise<Written> {
  const { strategy, promptTokenIds, newTokens, rows } = task;
  const random = seededNumbers(task.seed);
  let beams = Array.from({ length: rows }, (_, row) => ({
    tokenIds: [...promptTokenIds],
    // All rows are the same at first: the first alone counts.
    score: row === 0 ? 0 : -Infinity,
  }));
  let { logits, cache } = await model.step(
    beams.map(({ tokenIds }) => tokenIds),
    model.emptyCache(rows),
  );
  let firstAt = 0;
  for (let written = 0; ;) {
    let parents: readonly number[] | null = null;
    if (strategy === 'beam') {
      const best = topOfRows(logits, beams, task.noRepeatNgramSize);
      parents = best.map(({ row }) => row);
      beams = best.map(({ row, token, score }) => ({
        tokenIds: [...beams[row]!.tokenIds, token],
        score,
      }));
    } else {
      beams.forEach((beam, row) => {
        const scores = logits[row]!;
        beam.tokenIds.push(
          strategy === 'greedy' ? argmax(scores) : sampleTopK(scores, task.topK, random()),
        );
      });
    }
    written += 1;
    if (written === 1) firstAt = performance.now();
    if (written === newTokens) break;
    ({ logits, cache } = await model.step(
      beams.map(({ tokenIds }) => tokenIds.slice(-1)),
      parents === null ? cache : reordered(cache, parents),
    ));
  }
  return {
    newTokenIds: beams.map(({ tokenIds }) => tokenIds.slice(promptTokenIds.length)),
    firstAt,
  };
}

const int64 = (values: readonly number[], dims: readonly number[]) =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
