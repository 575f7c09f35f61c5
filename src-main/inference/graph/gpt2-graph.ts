import { AppError } from '../../contract/errors.ts';
import type { Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import type { Gpt2Weights } from '../checkpoint/gpt2-weights.ts';
import { cacheName, cacheParts, newName } from './cache-names.ts';
import { encoderOf } from './encoders.ts';
import { buildLogits, buildTrunk, type Attend } from './gpt2-trunk.ts';
import { GraphBuilder, type OnnxGraph } from './graph-builder.ts';
import { headPadding } from './pad-heads.ts';

/*
 * GPT-2 as one graph for reading a prompt, for writing a token and for scoring a text.
 *
 * Letters in shapes: S new tokens, of one row (a prompt's next tokens) or of several (one token of
 * each beam); P places asked about, T places of the cache that are filled after this step, the new
 * ones last, W heads × head width, K candidates.
 *
 * Inputs
 *   input_ids, position_ids  int32 [1, S]
 *   cache.<layer>.key|value  float32 [1, T, W]
 *   attention_mask           float32 [S, T]: added to the scores. Rows that share a beginning share
 *                            its places; a token is kept by this from those that are not its own
 *   positions                int64 [P]: which of the S tokens to predict a next one from
 *   targets                  int64 [1, P]: tokens whose log-probability is asked for
 *   k                        int64 [1]
 * Outputs
 *   new.<layer>.key|value    float32 [1, S, W]: what belongs into the last S places of the cache
 *   logits                   float32 [1, P, vocabulary]
 *   top_log_probs, top_ids   float32, int64 [1, P, K]: likeliest first, equal ones by lower id
 *   top_logits               float32 [1, P, K]: of those
 *   target_log_probs         float32 [1, P]
 *
 * Whoever runs it hands in the last S places of the cache as the memory of the `new` outputs. One
 * operator computes them together with the queries, and attention waits for those: so the cache is
 * whole when it is read, and nothing of it is ever copied. Of the other outputs the one that is
 * needed is fetched, since the binding copies all that it brings back.
 */

/** The first with an operator for attention. */
const opset = 23;

/**
 * Refuses a graph that an earlier version of the application wrote, by the names of its inputs.
 *
 * @throws AppError `model_invalid`
 */
export function requireCurrentGraph(inputNames: readonly string[]): void {
  if (inputNames.includes(cacheName(0, 'key'))) return;
  throw new AppError(
    'model_invalid',
    'This model was prepared by an earlier version of Autodoc. Your texts are not affected. ' +
      'Remove the model and import it again.',
  );
}

/** Width of one head in the cache, with padding. */
export function cacheHeadWidth(config: Gpt2Config): number {
  return headPadding(config.width / config.heads).paddedWidth;
}

export function buildGpt2Graph(
  config: Gpt2Config,
  weights: Gpt2Weights,
  variant: Variant,
): OnnxGraph {
  const graph = new GraphBuilder(opset);
  const padding = headPadding(config.width / config.heads);
  const headsWidth = config.heads * padding.paddedWidth;
  const encoder = encoderOf(graph, variant);

  const inputIds = graph.input('input_ids', 'int32', [1, 'S']);
  const positionIds = graph.input('position_ids', 'int32', [1, 'S']);
  const mask = graph.input('attention_mask', 'float32', ['S', 'T']);
  const positions = graph.input('positions', 'int64', ['P']);
  const targets = graph.input('targets', 'int64', [1, 'P']);
  const k = graph.input('k', 'int64', [1]);

  const attend: Attend = (qkv, layer) => {
    for (const part of cacheParts) {
      graph.input(cacheName(layer, part), 'float32', [1, 'T', headsWidth]);
      graph.output(newName(layer, part), 'float32', [1, 'S', headsWidth]);
    }
    const query = graph.node('Split', [qkv, graph.constant([headsWidth, headsWidth, headsWidth])], {
      attributes: { axis: { int: 2 } },
      outputs: [`layer.${layer}.query`, ...cacheParts.map((part) => newName(layer, part))],
    });
    const cached = cacheParts.map((part) => cacheName(layer, part));
    return graph.node('Attention', [query, ...cached, mask], {
      attributes: {
        q_num_heads: { int: config.heads },
        kv_num_heads: { int: config.heads },
        scale: { float: config.attentionScales[layer]! },
      },
    });
  };
  const end = buildTrunk(
    { graph, config, weights, encoder, padding, inputIds, positionIds },
    attend,
  );

  const logits = graph.rename(
    buildLogits({ graph, config, weights, encoder }, end, positions),
    'logits',
  );
  graph.output('logits', 'float32', [1, 'P', config.vocabSize]);

  const lastAxis = { axis: { int: -1 } };
  const logProbs = graph.node('LogSoftmax', [logits], { attributes: lastAxis });
  graph.node('TopK', [logProbs, k], {
    attributes: { ...lastAxis, largest: { int: 1 }, sorted: { int: 1 } },
    outputs: ['top_log_probs', 'top_ids'],
  });
  graph.output('top_log_probs', 'float32', [1, 'P', 'K']);
  graph.output('top_ids', 'int64', [1, 'P', 'K']);
  graph.node('GatherElements', [logits, 'top_ids'], {
    attributes: lastAxis,
    outputs: ['top_logits'],
  });
  graph.output('top_logits', 'float32', [1, 'P', 'K']);

  const two = graph.constant([2]);
  const picked = graph.node('GatherElements', [logProbs, graph.node('Unsqueeze', [targets, two])], {
    attributes: lastAxis,
  });
  graph.node('Squeeze', [picked, two], { outputs: ['target_log_probs'] });
  graph.output('target_log_probs', 'float32', [1, 'P']);
  return graph.build(`gpt2-${variant}`);
}
