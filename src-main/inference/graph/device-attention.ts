import type { Gpt2Config } from '../checkpoint/config.ts';
import { cacheParts, pastName, presentName, type CachePart } from './cache-names.ts';
import type { AttentionForm } from './device-form.ts';
import type { Attend } from './gpt2-trunk.ts';
import { microsoft, type GraphBuilder } from './graph-builder.ts';
import type { HeadPadding } from './pad-heads.ts';

interface AttentionParts {
  readonly graph: GraphBuilder;
  readonly config: Gpt2Config;
  readonly padding: HeadPadding;
  /** Which row of the cache each row goes on from, int32 [B]. */
  readonly parents: string;
}

/** A tensor of the cache: [rows, heads, positions, head width], or the other way round. */
export function cacheDims<Count>(
  form: AttentionForm,
  part: CachePart,
  {
    rows,
    heads,
    positions,
    headWidth,
  }: Record<'rows' | 'heads' | 'positions' | 'headWidth', Count>,
): Count[] {
  // Plain keys lie as the product with the queries wants them, so that none is ever turned round.
  const isTurned = form === 'plain' && part === 'key';
  return isTurned ? [rows, heads, headWidth, positions] : [rows, heads, positions, headWidth];
}

export function attentionOf(form: AttentionForm, parts: AttentionParts): Attend {
  return form === 'fused' ? fusedAttention(parts) : plainAttention(parts);
}

function declareCache(
  form: AttentionForm,
  { graph, config, padding }: AttentionParts,
  layer: number,
): void {
  const sizes = { heads: config.heads, headWidth: padding.paddedWidth };
  for (const part of cacheParts) {
    const past = { ...sizes, rows: 'R', positions: 'M' };
    const present = { ...sizes, rows: 'B', positions: 'N' };
    graph.input(pastName(layer, part), 'float32', cacheDims<number | string>(form, part, past));
    graph.output(
      presentName(layer, part),
      'float32',
      cacheDims<number | string>(form, part, present),
    );
  }
}

function fusedAttention(parts: AttentionParts): Attend {
  const { graph, config, parents } = parts;
  const seqlens = graph.input('seqlens_k', 'int32', ['B']);
  const totalLength = graph.input('total_length', 'int32', []);
  return (qkv, layer) => {
    declareCache('fused', parts, layer);
    const [key, value] = cacheParts.map((part) =>
      graph.node('Gather', [pastName(layer, part), parents]),
    );
    return graph.node('GroupQueryAttention', [qkv, '', '', key!, value!, seqlens, totalLength], {
      domain: microsoft,
      attributes: {
        num_heads: { int: config.heads },
        kv_num_heads: { int: config.heads },
        scale: { float: config.attentionScales[layer]! },
      },
      outputs: [`layer.${layer}.attended`, ...cacheParts.map((part) => presentName(layer, part))],
    });
  };
}

function plainAttention(parts: AttentionParts): Attend {
  const { graph, config, padding, parents } = parts;
  const pastLength = graph.input('past_length', 'int64', [1]);
  /** 0 where a new token (row) may look at a position (column), and far below where it may not. */
  const mask = graph.input('mask', 'float32', ['S', 'T']);
  const headsWidth = config.heads * padding.paddedWidth;

  /** The positions that count of the rows to go on from, then the new ones. */
  const extended = (layer: number, part: CachePart, added: string, axis: number): string => {
    const kept = graph.node('Slice', [
      pastName(layer, part),
      graph.constant([0]),
      pastLength,
      graph.constant([axis]),
    ]);
    return graph.node('Concat', [graph.node('Gather', [kept, parents]), added], {
      attributes: { axis: { int: axis } },
      outputs: [presentName(layer, part)],
    });
  };
  const turned = (tensor: string, ...perm: number[]): string =>
    graph.node('Transpose', [tensor], { attributes: { perm: { ints: perm } } });

  return (qkv, layer) => {
    declareCache('plain', parts, layer);
    const [query, key, value] = [0, 1, 2].map((part) =>
      graph.node('Reshape', [
        graph.node('Slice', [
          qkv,
          graph.constant([part * headsWidth]),
          graph.constant([(part + 1) * headsWidth]),
          graph.constant([2]),
        ]),
        graph.constant([0, 0, config.heads, padding.paddedWidth]),
      ]),
    );
    const keys = extended(layer, 'key', turned(key!, 0, 2, 3, 1), 3);
    const values = extended(layer, 'value', turned(value!, 0, 2, 1, 3), 2);
    const scale = graph.node('Constant', [], {
      attributes: { value_float: { float: config.attentionScales[layer]! } },
    });
    const scaled = graph.node('Mul', [turned(query!, 0, 2, 1, 3), scale]);
    const scores = graph.node('Add', [graph.node('MatMul', [scaled, keys]), mask]);
    const shares = graph.node('Softmax', [scores], { attributes: { axis: { int: -1 } } });
    return graph.node('Reshape', [
      turned(graph.node('MatMul', [shares, values]), 0, 2, 1, 3),
      graph.constant([0, 0, headsWidth]),
    ]);
  };
}
