import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { arrangeWeights } from '../checkpoint/gpt2-weights.ts';
import { attentionOf } from './device-attention.ts';
import { deviceEncoderOf } from './device-encoder.ts';
import type { AttentionForm } from './device-form.ts';
import { ModelProtoSchema, type TensorProto } from './generated/onnx_pb.ts';
import { buildLogits, buildTrunk } from './gpt2-trunk.ts';
import { GraphBuilder } from './graph-builder.ts';
import { headPadding } from './pad-heads.ts';

/*
 * GPT-2 as one graph for a device with a memory of its own. What it computes is what the
 * processor's graph computes (`gpt2-graph.ts`); what differs is where things stay. Keys and values
 * are outputs that are fed back as they are, and the rows to go on from are picked in the graph,
 * so that a step brings nothing back but candidates.
 *
 * Letters in shapes: R rows of the step before, B rows of this step, S new tokens per row, M
 * positions that the cache has room for, T positions after this step, P positions asked about,
 * N = B × P places, K candidates.
 *
 * Inputs
 *   input_ids, position_ids  int32 [B, S]
 *   parents                  int32 [B]: the row of the step before that each row goes on from
 *   past.<layer>.key|value   float32, as the step before put them out
 *   positions                int64 [P]: which of the S tokens to predict a next one from
 *   targets                  int64 [N, 1]: tokens whose log-probability is asked for
 *   logit_places             int64 [Q]: which of the N places to bring the logits back of
 *   k                        int64 [1]
 *   fused attention          seqlens_k int32 [B]: T - 1; total_length int32 []: T
 *   plain attention          past_length int64 [1]: T - S; mask float32 [S, T]
 * Outputs
 *   logits                   float32 [Q, vocabulary]
 *   top_log_probs, top_ids   float32, int64 [N, K]: likeliest first, equal ones by lower id
 *   top_logits               float32 [N, K]: of those
 *   target_log_probs         float32 [N, 1]
 *   present.<layer>.key|value
 *
 * All outputs are fetched at every step: the binding keeps the others of the step before, whose
 * shapes may not fit any more. What is not wanted is asked for at no place, or with k = 1.
 */

/**
 * The device's graph of a prepared variant, over the weights that lie there already: the same
 * data file, nothing is written and no byte doubled.
 *
 * @param processorGraph the variant's `.onnx` file, which says where each weight lies
 * @returns ONNX's binary format; its weights are beside the processor's graph
 */
export function buildDeviceGraph(
  processorGraph: Uint8Array,
  config: Gpt2Config,
  variant: Variant,
  form: AttentionForm,
): Uint8Array {
  const lying = new Map(
    (fromBinary(ModelProtoSchema, processorGraph).graph?.initializer ?? []).map((tensor) => [
      tensor.name,
      tensor,
    ]),
  );
  const model = fromBinary(
    ModelProtoSchema,
    describe(config, variant, form).describe('replaced below'),
  );
  const { graph } = model;
  if (graph === undefined) throw new Error('A model without a graph was built');
  graph.initializer = graph.initializer.map((tensor) =>
    tensor.externalData.length === 0 ? tensor : sameWeight(tensor, lying.get(tensor.name)),
  );
  return toBinary(ModelProtoSchema, model);
}

function sameWeight(wanted: TensorProto, lying: TensorProto | undefined): TensorProto {
  const isSame = lying?.dataType === wanted.dataType && lying.dims.join() === wanted.dims.join();
  if (!isSame) throw new Error(`The prepared model has no weight "${wanted.name}" of this shape`);
  return lying;
}

function describe(config: Gpt2Config, variant: Variant, form: AttentionForm) {
  const graph = new GraphBuilder();
  const padding = headPadding(config.width / config.heads);
  const encoder = deviceEncoderOf(graph, config, variant);
  const weights = arrangeWeights(config, (name, ...dims) => ({
    dims,
    readRows: () => Promise.reject(new Error(`Only the shape of "${name}" is known`)),
  }));

  const inputIds = graph.input('input_ids', 'int32', ['B', 'S']);
  const positionIds = graph.input('position_ids', 'int32', ['B', 'S']);
  const parents = graph.input('parents', 'int32', ['B']);
  const positions = graph.input('positions', 'int64', ['P']);
  const targets = graph.input('targets', 'int64', ['N', 1]);
  const logitPlaces = graph.input('logit_places', 'int64', ['Q']);
  const k = graph.input('k', 'int64', [1]);

  const end = buildTrunk(
    { graph, config, weights, encoder, padding, inputIds, positionIds },
    attentionOf(form, { graph, config, padding, parents }),
  );
  const logits = buildLogits({ graph, config, weights, encoder }, end, positions);
  graph.node('Gather', [logits, logitPlaces], { outputs: ['logits'] });
  graph.output('logits', 'float32', ['Q', config.vocabSize]);

  const lastAxis = { axis: { int: -1 } };
  const logProbs = logSoftmax(graph, logits);
  graph.node('TopK', [logProbs, k], {
    attributes: { ...lastAxis, largest: { int: 1 }, sorted: { int: 1 } },
    outputs: ['top_log_probs', 'top_ids'],
  });
  graph.output('top_log_probs', 'float32', ['N', 'K']);
  graph.output('top_ids', 'int64', ['N', 'K']);
  graph.node('GatherElements', [logits, 'top_ids'], {
    attributes: lastAxis,
    outputs: ['top_logits'],
  });
  graph.output('top_logits', 'float32', ['N', 'K']);
  graph.node('GatherElements', [logProbs, targets], {
    attributes: lastAxis,
    outputs: ['target_log_probs'],
  });
  graph.output('target_log_probs', 'float32', ['N', 1]);
  return graph.build(`gpt2-${variant}-${form}`);
}

/** WebGPU has no operator for it; without the largest taken off, exponentials would vanish. */
function logSoftmax(graph: GraphBuilder, x: string): string {
  const lastAxis = { attributes: { axes: { ints: [-1] } } };
  const lowered = graph.node('Sub', [x, graph.node('ReduceMax', [x], lastAxis)]);
  return graph.node('Sub', [lowered, graph.node('ReduceLogSumExp', [lowered], lastAxis)]);
}
