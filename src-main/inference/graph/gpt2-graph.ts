import type { Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import type { Gpt2Weights } from '../checkpoint/gpt2-weights.ts';
import { encoderOf } from './encoders.ts';
import { buildLogits, buildTrunk, type Attend } from './gpt2-trunk.ts';
import { GraphBuilder, microsoft, type OnnxGraph } from './graph-builder.ts';
import { headPadding } from './pad-heads.ts';

/*
 * GPT-2 as one graph for reading a prompt, for writing a token and for scoring a text.
 *
 * Letters in shapes: S new tokens, of one row (a prompt's next tokens) or of several (one token of
 * each beam); P places asked about, M capacity of the key/value cache, T = places filled after
 * this step, K candidates, L layers.
 *
 * Inputs
 *   input_ids, position_ids  int32 [1, S]
 *   past.<layer>.key|value   float32 [1, heads, M, head width]: the cache, never written here
 *   seqlens_k                int32 [1]: T - 1
 *   total_length             int32 []: T
 *   attention_bias           float32 [1, 1, S, T]: added to the scores. Rows that share a beginning
 *                            share its places; a row is kept from the others' places by this
 *   positions                int64 [P]: which of the S tokens to predict a next one from
 *   targets                  int64 [1, P]: tokens whose log-probability is asked for
 *   k                        int64 [1]
 * Outputs
 *   logits                   float32 [1, P, vocabulary]
 *   top_log_probs, top_ids   float32, int64 [1, P, K]: likeliest first, equal ones by lower id
 *   target_log_probs         float32 [1, P]
 *   kv_new                   float32 [L, S, 2 × heads × head width]: keys, then values
 *
 * The binding copies every output that is fetched, so the cache itself never is one: the new
 * slices are scattered into it outside. A caller fetches the one answer that it needs.
 */

/** Width of one head in the cache, with padding. */
export function cacheHeadWidth(config: Gpt2Config): number {
  return headPadding(config.width / config.heads).paddedWidth;
}

export function buildGpt2Graph(
  config: Gpt2Config,
  weights: Gpt2Weights,
  variant: Variant,
): OnnxGraph {
  const graph = new GraphBuilder();
  const padding = headPadding(config.width / config.heads);
  const heads = config.heads;
  const headsWidth = heads * padding.paddedWidth;
  const encoder = encoderOf(graph, variant);

  const inputIds = graph.input('input_ids', 'int32', [1, 'S']);
  const positionIds = graph.input('position_ids', 'int32', [1, 'S']);
  const seqlens = graph.input('seqlens_k', 'int32', [1]);
  const totalLength = graph.input('total_length', 'int32', []);
  const bias = graph.input('attention_bias', 'float32', [1, 1, 'S', 'T']);
  const positions = graph.input('positions', 'int64', ['P']);
  const targets = graph.input('targets', 'int64', [1, 'P']);
  const k = graph.input('k', 'int64', [1]);

  const newKeysAndValues: string[] = [];
  const noRotation = ['', '', ''];
  const cacheShape = [1, heads, 'M', padding.paddedWidth];
  const attend: Attend = (qkv, layer) => {
    newKeysAndValues.push(
      graph.node('Slice', [
        qkv,
        graph.constant([headsWidth]),
        graph.constant([3 * headsWidth]),
        graph.constant([2]),
      ]),
    );
    const name = `layer.${layer}`;
    return graph.node(
      'GroupQueryAttention',
      [
        qkv,
        '',
        '',
        graph.input(`past.${layer}.key`, 'float32', cacheShape),
        graph.input(`past.${layer}.value`, 'float32', cacheShape),
        seqlens,
        totalLength,
        ...noRotation,
        bias,
      ],
      {
        domain: microsoft,
        attributes: {
          num_heads: { int: heads },
          kv_num_heads: { int: heads },
          scale: { float: config.attentionScales[layer]! },
        },
        outputs: [`${name}.attended`, `${name}.present_key`, `${name}.present_value`],
      },
    );
  };
  const end = buildTrunk(
    { graph, config, weights, encoder, padding, inputIds, positionIds },
    attend,
  );

  const logits = buildLogits({ graph, config, weights, encoder }, end, positions);
  graph.node('Identity', [logits], { outputs: ['logits'] });
  graph.output('logits', 'float32', [1, 'P', config.vocabSize]);

  const lastAxis = { axis: { int: -1 } };
  const logProbs = graph.node('LogSoftmax', [logits], { attributes: lastAxis });
  graph.node('TopK', [logProbs, k], {
    attributes: { ...lastAxis, largest: { int: 1 }, sorted: { int: 1 } },
    outputs: ['top_log_probs', 'top_ids'],
  });
  graph.output('top_log_probs', 'float32', [1, 'P', 'K']);
  graph.output('top_ids', 'int64', [1, 'P', 'K']);

  const two = graph.constant([2]);
  const picked = graph.node('GatherElements', [logProbs, graph.node('Unsqueeze', [targets, two])], {
    attributes: lastAxis,
  });
  graph.node('Squeeze', [picked, two], { outputs: ['target_log_probs'] });
  graph.output('target_log_probs', 'float32', [1, 'P']);

  graph.node('Concat', newKeysAndValues, {
    attributes: { axis: { int: 0 } },
    outputs: ['kv_new'],
  });
  graph.output('kv_new', 'float32', [config.layers, 'S', 2 * headsWidth]);
  return graph.build(`gpt2-${variant}`);
}
