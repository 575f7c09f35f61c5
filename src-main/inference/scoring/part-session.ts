import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { cacheTensors } from '../session/cache-tensors.ts';
import { cacheShape, KeyValueCache } from '../session/kv-cache.ts';
import { threadCount } from '../session/onnx-session.ts';
import type { GraphPart } from './split-graph.ts';

/** What one part hands to the next: [1, tokens, width of the tensor] each. */
export type HandedOn = Readonly<Record<string, Float32Array>>;

export interface PartRequest {
  readonly tokenIds: readonly number[];
  /** The token after each of them; the part with the head tells how likely it is. */
  readonly targets: readonly number[];
  readonly taken: HandedOn;
}

export interface PartResult {
  readonly handed: HandedOn;
  /** Of the part with the head: for each token the likeliest next one … */
  readonly likeliest: readonly number[] | null;
  /** … and the natural log-probability of its target. */
  readonly logProbs: Float32Array | null;
}

/** One part of a graph in memory. */
export class PartSession {
  readonly part: GraphPart;
  readonly #config: Gpt2Config;
  readonly #session: InferenceSession;

  private constructor(part: GraphPart, config: Gpt2Config, session: InferenceSession) {
    this.part = part;
    this.#config = config;
    this.#session = session;
  }

  /**
   * @param directory where the whole graph's data file lies
   * @param inPlace its weights are used as they lie in the file, without a copy in the order
   *   that is fastest to multiply
   */
  static async load(
    part: GraphPart,
    directory: string,
    config: Gpt2Config,
    inPlace: boolean,
  ): Promise<PartSession> {
    const session = await InferenceSession.create(part.model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: inPlace ? 'disabled' : 'all',
      enableCpuMemArena: !inPlace,
      intraOpNumThreads: threadCount(),
      logSeverityLevel: 3,
      extra: {
        session: {
          model_external_initializers_file_folder_path: directory,
          disable_prepacking: inPlace ? '1' : '0',
        },
      },
    });
    return new PartSession(part, config, session);
  }

  /** Room for the keys and values of its layers, of one text. */
  newCache(positions: number): KeyValueCache {
    const cache = new KeyValueCache({
      ...cacheShape(this.#config),
      layers: this.part.layers.length,
    });
    cache.reserve(1, positions);
    return cache;
  }

  /** Reads tokens after what the cache holds, and appends them to it. */
  async run(cache: KeyValueCache, request: PartRequest): Promise<PartResult> {
    const { inputs, layers, takes, hands, outputs } = this.part;
    const tokens = request.tokenIds.length;
    const from = cache.length;
    const known: Readonly<Record<string, () => Tensor>> = {
      input_ids: () => new Tensor('int32', Int32Array.from(request.tokenIds), [1, tokens]),
      position_ids: () =>
        new Tensor(
          'int32',
          Int32Array.from(request.tokenIds, (_, i) => from + i),
          [1, tokens],
        ),
      attention_mask: () => new Tensor('float32', cache.mask(1, tokens), [tokens, from + tokens]),
      positions: () =>
        new Tensor(
          'int64',
          BigInt64Array.from(request.tokenIds, (_, i) => BigInt(i)),
          [tokens],
        ),
      targets: () => new Tensor('int64', BigInt64Array.from(request.targets, BigInt), [1, tokens]),
      k: () => new Tensor('int64', BigInt64Array.of(1n), [1]),
    };
    const feeds: Record<string, Tensor> = {};
    for (const name of inputs) {
      const tensor = known[name];
      if (tensor === undefined) throw new Error(`The graph has an unknown input: ${name}`);
      feeds[name] = tensor();
    }
    for (const name of takes) {
      const data = request.taken[name];
      if (data === undefined) throw new Error(`No part of the graph computes ${name}`);
      feeds[name] = new Tensor('float32', data, [1, tokens, data.length / tokens]);
    }
    const cached = cacheTensors(cache, layers, tokens);
    const fetches = Object.fromEntries([...hands, ...outputs].map((name) => [name, null]));
    const results = await this.#session.run(
      { ...feeds, ...cached.feeds },
      { ...fetches, ...cached.fetches },
    );
    cache.append(1, tokens);
    const ids = results.top_ids?.data;
    return {
      handed: Object.fromEntries(hands.map((name) => [name, floats(results, name)])),
      likeliest: ids instanceof BigInt64Array ? Array.from(ids, Number) : null,
      logProbs: 'target_log_probs' in results ? floats(results, 'target_log_probs') : null,
    };
  }

  /** Gives the memory back. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}

function floats(results: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = results[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new TypeError(`The tensor "${name}" is not float32`);
}
