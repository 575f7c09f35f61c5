import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device, Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { cacheParts, pastName, presentName } from '../graph/cache-names.ts';
import { cacheDims } from '../graph/device-attention.ts';
import type { AttentionForm } from '../graph/device-form.ts';
import { buildDeviceGraph } from '../graph/device-graph.ts';
import { cacheHeadWidth } from '../graph/gpt2-graph.ts';
import { graphFile } from '../graph/write-graph.ts';
import type {
  PassOutput,
  PassRequest,
  PassResult,
  PassSession,
  PassCache,
} from './pass-session.ts';
import { floats, integers } from './session-outputs.ts';

export interface DeviceModel {
  readonly device: Device;
  readonly form: AttentionForm;
  /** A prepared model's folder: the weights are read from it as they lie. */
  readonly directory: string;
  readonly config: Gpt2Config;
  readonly variant: Variant;
}

/**
 * Tokens read at once. From 32 on, onnxruntime 1.30 takes another kernel for the fused attention
 * on WebGPU, whose answers are wrong by percents where a subgroup has 4 or 8 lanes.
 */
const pieceTokens: Readonly<Record<AttentionForm, number>> = { fused: 16, plain: 64 };

const answerNames = [
  'logits',
  'top_log_probs',
  'top_logits',
  'top_ids',
  'target_log_probs',
] as const;

/** A score that leaves nothing after the softmax, and stays finite when others are added. */
const hidden = -1e9;

/** The cache of a device's session: the tensors that the last pass put out, never looked into. */
class DeviceCache implements PassCache {
  length = 0;
  rows = 1;
  /** By the name under which each is fed; none before the first pass. */
  tensors: Readonly<Record<string, Tensor>> = {};
  #parents: Int32Array | null = null;

  truncate(length: number): void {
    this.length = Math.min(this.length, length);
    this.#parents = null;
    if (this.length === 0) this.replace({}, 1);
  }

  reserve(): void {
    // There is always room: a pass puts out a cache that has it.
  }

  reorder(parents: Int32Array): void {
    this.#parents = parents;
  }

  /** Which rows a pass of this many rows goes on from: its own, where nothing else was said. */
  parents(rows: number): Int32Array {
    return this.#parents?.subarray(0, rows) ?? Int32Array.from({ length: rows }, (_, row) => row);
  }

  /** Takes the place of what was there, whose memory on the device is given back. */
  replace(tensors: Readonly<Record<string, Tensor>>, rows: number): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
    this.tensors = tensors;
    this.rows = rows;
    this.#parents = null;
  }
}

/** A prepared model on a device other than the processor, all of it. */
export class DeviceSession implements PassSession {
  readonly config: Gpt2Config;
  readonly device: Device;
  readonly pieceTokens: number;
  readonly #form: AttentionForm;
  readonly #session: InferenceSession;

  private constructor(model: DeviceModel, session: InferenceSession) {
    this.config = model.config;
    this.device = model.device;
    this.pieceTokens = pieceTokens[model.form];
    this.#form = model.form;
    this.#session = session;
  }

  /**
   * Fails where the device cannot run the graph, or not all of it: what is asked to run there
   * runs there or nowhere.
   */
  static async load(model: DeviceModel): Promise<DeviceSession> {
    const { device, form, directory, config, variant } = model;
    const processorGraph = await readFile(path.join(directory, graphFile(variant)));
    const graph = buildDeviceGraph(processorGraph, config, variant, form);
    const session = await InferenceSession.create(graph, {
      // No processor after it: an unknown provider before the processor is dropped with a warning.
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: {
        session: {
          // On the processor itself the graph can be checked without a device.
          disable_cpu_ep_fallback: device === 'cpu' ? '0' : '1',
          model_external_initializers_file_folder_path: directory,
        },
      },
      ...(keepsTensors(device) && { preferredOutputLocation: outputLocations(config) }),
    });
    return new DeviceSession(model, session);
  }

  newCache(): DeviceCache {
    return new DeviceCache();
  }

  async run(cache: DeviceCache, request: PassRequest): Promise<PassResult> {
    const { rows, outputs } = request;
    const tokens = request.tokenIds.length / rows;
    const results = await this.#session.run(this.#feeds(cache, request, tokens));
    cache.replace(this.#kept(results), rows);
    cache.length += tokens;
    const wants = (output: PassOutput) => outputs.includes(output);
    return {
      logits: floats(results, 'logits'),
      topLogProbs: wants('top') ? floats(results, 'top_log_probs') : new Float32Array(),
      topLogits: wants('top') ? floats(results, 'top_logits') : new Float32Array(),
      topIds: Int32Array.from(wants('top') ? integers(results, 'top_ids') : [], Number),
      targetLogProbs: wants('targets') ? floats(results, 'target_log_probs') : new Float32Array(),
    };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #feeds(cache: DeviceCache, request: PassRequest, tokens: number): Record<string, Tensor> {
    const { rows, k, outputs } = request;
    const asked = request.positions.length;
    const places = rows * asked;
    const targets = outputs.includes('targets') ? request.targets : new Array(places).fill(0);
    const logitPlaces = outputs.includes('logits') ? [...Array(places).keys()] : [];
    return {
      input_ids: new Tensor('int32', request.tokenIds, [rows, tokens]),
      position_ids: new Tensor(
        'int32',
        Int32Array.from(request.tokenIds, (_, i) => cache.length + (i % tokens)),
        [rows, tokens],
      ),
      parents: new Tensor('int32', cache.parents(rows), [rows]),
      positions: new Tensor('int64', BigInt64Array.from(request.positions, BigInt), [asked]),
      targets: new Tensor('int64', BigInt64Array.from(targets, BigInt), [places, 1]),
      logit_places: new Tensor('int64', BigInt64Array.from(logitPlaces, BigInt), [
        logitPlaces.length,
      ]),
      k: new Tensor('int64', BigInt64Array.of(BigInt(outputs.includes('top') ? k : 1)), [1]),
      ...this.#lengths(cache.length, rows, tokens),
      ...this.#past(cache),
    };
  }

  #lengths(past: number, rows: number, tokens: number): Record<string, Tensor> {
    const total = past + tokens;
    if (this.#form === 'fused') {
      return {
        seqlens_k: new Tensor('int32', new Int32Array(rows).fill(total - 1), [rows]),
        total_length: new Tensor('int32', Int32Array.of(total), []),
      };
    }
    const mask = new Float32Array(tokens * total);
    for (let token = 0; token < tokens; token += 1) {
      mask.fill(hidden, token * total + past + token + 1, (token + 1) * total);
    }
    return {
      past_length: new Tensor('int64', BigInt64Array.of(BigInt(past)), [1]),
      mask: new Tensor('float32', mask, [tokens, total]),
    };
  }

  #past(cache: DeviceCache): Readonly<Record<string, Tensor>> {
    if (cache.length > 0) return cache.tensors;
    const { layers, heads } = this.config;
    const empty = { rows: 1, heads, positions: 0, headWidth: cacheHeadWidth(this.config) };
    const feeds: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer += 1) {
      for (const part of cacheParts) {
        feeds[pastName(layer, part)] = new Tensor(
          'float32',
          new Float32Array(),
          cacheDims(this.#form, part, empty),
        );
      }
    }
    return feeds;
  }

  #kept(results: InferenceSession.OnnxValueMapType): Record<string, Tensor> {
    const kept: Record<string, Tensor> = {};
    for (let layer = 0; layer < this.config.layers; layer += 1) {
      for (const part of cacheParts) {
        const tensor = results[presentName(layer, part)];
        if (tensor === undefined) throw new Error('The device put out no cache');
        if (keepsTensors(this.device) && tensor.location !== 'gpu-buffer') {
          throw new Error(`The cache is kept in ${tensor.location}, not on the device`);
        }
        kept[pastName(layer, part)] = tensor;
      }
    }
    return kept;
  }
}

/** onnxruntime's binding for Node hands out tensors on a device for WebGPU alone. */
function keepsTensors(device: Device): boolean {
  return device === 'webgpu';
}

function outputLocations(config: Gpt2Config): Record<string, 'cpu' | 'gpu-buffer'> {
  const locations: Record<string, 'cpu' | 'gpu-buffer'> = {};
  for (const name of answerNames) locations[name] = 'cpu';
  for (let layer = 0; layer < config.layers; layer += 1) {
    for (const part of cacheParts) locations[presentName(layer, part)] = 'gpu-buffer';
  }
  return locations;
}
