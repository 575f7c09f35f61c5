import { availableParallelism, cpus } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { requireCurrentGraph } from '../graph/gpt2-graph.ts';
import { cacheTensors, requireWrittenInPlace } from './cache-tensors.ts';
import { cacheShape, KeyValueCache } from './kv-cache.ts';
import { pieceTokens } from './onnx-decoder.ts';
import type { PassOutput, PassRequest, PassResult, PassSession } from './pass-session.ts';
import { floats, integers } from './session-outputs.ts';

const outputNames: Readonly<Record<PassOutput, readonly string[]>> = {
  logits: ['logits'],
  top: ['top_log_probs', 'top_logits', 'top_ids'],
  targets: ['target_log_probs'],
};

/** A prepared model on the processor, its cache in the memory of this process. */
export class OnnxSession implements PassSession {
  readonly config: Gpt2Config;
  readonly device: Device = 'cpu';
  readonly pieceTokens = pieceTokens;
  readonly #session: InferenceSession;
  readonly #layers: readonly number[];
  #isChecked = false;

  private constructor(session: InferenceSession, config: Gpt2Config) {
    this.#session = session;
    this.config = config;
    this.#layers = [...Array(config.layers).keys()];
  }

  static async load(graphPath: string, config: Gpt2Config): Promise<OnnxSession> {
    const session = await InferenceSession.create(graphPath, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threadCount(),
      // Every step has shapes of its own: plans for them would be made and never used again.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    try {
      requireCurrentGraph(session.inputNames);
    } catch (error) {
      await session.release();
      throw error;
    }
    return new OnnxSession(session, config);
  }

  newCache(): KeyValueCache {
    return new KeyValueCache(cacheShape(this.config));
  }

  async run(cache: KeyValueCache, request: PassRequest): Promise<PassResult> {
    const { rows, k, outputs } = request;
    const count = request.tokenIds.length;
    const tokens = count / rows;
    cache.reserve(rows, cache.length + tokens);
    const places = cache.places + count;
    // Rows lie one after the other.
    const positions = Array.from({ length: rows }, (_, row) =>
      request.positions.map((position) => row * tokens + position),
    ).flat();
    const asked = positions.length;
    const targets = outputs.includes('targets') ? request.targets : positions.map(() => 0);

    const feeds: Record<string, Tensor> = {
      input_ids: new Tensor('int32', request.tokenIds, [1, count]),
      position_ids: new Tensor(
        'int32',
        Int32Array.from(request.tokenIds, (_, i) => cache.length + (i % tokens)),
        [1, count],
      ),
      attention_mask: new Tensor('float32', cache.mask(rows, tokens), [count, places]),
      positions: new Tensor('int64', BigInt64Array.from(positions, BigInt), [asked]),
      targets: new Tensor('int64', BigInt64Array.from(targets, BigInt), [1, asked]),
      k: new Tensor('int64', BigInt64Array.of(BigInt(k)), [1]),
    };
    const cached = cacheTensors(cache, this.#layers, count);
    const wanted = outputs.flatMap((output) => outputNames[output]);
    const fetches = Object.fromEntries(wanted.map((name) => [name, null]));
    const results = await this.#session.run(
      { ...feeds, ...cached.feeds },
      { ...fetches, ...cached.fetches },
    );
    if (!this.#isChecked) requireWrittenInPlace(results, cached);
    this.#isChecked = true;
    cache.append(rows, tokens);
    return {
      logits: floats(results, 'logits'),
      topLogProbs: floats(results, 'top_log_probs'),
      topLogits: floats(results, 'top_logits'),
      topIds: Int32Array.from(integers(results, 'top_ids'), Number),
      targetLogProbs: floats(results, 'target_log_probs'),
    };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/**
 * One thread per physical core, which onnxruntime finds itself (0), unless this process may use
 * fewer than the machine has: spinning threads that share a core are far slower than one.
 */
export function threadCount(): number {
  const allowed = availableParallelism();
  return allowed < cpus().length ? allowed : 0;
}
