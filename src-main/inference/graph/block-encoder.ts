import { quantizeBlocks, type BlockFormat, type BlockMatrix } from './block-weights.ts';
import { encodeFp32 } from './encode-weights.ts';
import type { Encoder } from './encoder.ts';
import { microsoft, type GraphBuilder } from './graph-builder.ts';

/** Products are summed in 8-bit integers, the activations quantised block by block as they come. */
const int8Arithmetic = 4;

export interface BlockFormats {
  readonly linear: BlockFormat;
  /** Of the embedding and of the head, which is the same table in most models. */
  readonly tables: BlockFormat;
}

/** Matrices in blocks of few bits; a table that is both embedding and head is stored once. */
export function blockEncoder(graph: GraphBuilder, formats: BlockFormats): Encoder {
  const store = (name: string, matrix: BlockMatrix) => ({
    codes: graph.weight(`${name}.codes`, () => matrix.codes),
    scales: graph.weight(`${name}.scales`, () => matrix.scales),
  });
  const multiply = (
    x: string,
    { inputs, outputs, format }: BlockMatrix,
    { codes, scales }: { readonly codes: string; readonly scales: string },
    bias: string | null,
  ) => {
    const [noZeroPoints, noOrder] = ['', ''];
    return graph.node(
      'MatMulNBits',
      [x, codes, scales, ...(bias === null ? [] : [noZeroPoints, noOrder, bias])],
      {
        domain: microsoft,
        attributes: {
          K: { int: inputs },
          N: { int: outputs },
          bits: { int: format.bits },
          block_size: { int: format.blockSize },
          accuracy_level: { int: int8Arithmetic },
        },
      },
    );
  };

  return {
    embed(name, table, ids) {
      const matrix = quantizeBlocks(table, formats.tables, 'outputs_first');
      const { outputs, inputs, format, blocksPerOutput, bytesPerBlock } = matrix;
      const { codes, scales } = store(name, matrix);
      const rows = graph.node(
        'GatherBlockQuantized',
        [
          graph.reshapedWeight(`${name}.code_rows`, codes, [
            outputs,
            blocksPerOutput * bytesPerBlock,
          ]),
          ids,
          graph.reshapedWeight(`${name}.scale_rows`, scales, [outputs, blocksPerOutput]),
        ],
        {
          domain: microsoft,
          attributes: {
            bits: { int: format.bits },
            block_size: { int: format.blockSize },
            gather_axis: { int: 0 },
            quantize_axis: { int: 1 },
          },
        },
      );
      if (blocksPerOutput * format.blockSize === inputs) return rows;
      // What fills the last block is no part of an embedding.
      return graph.node('Slice', [
        rows,
        graph.constant([0]),
        graph.constant([inputs]),
        graph.constant([2]),
      ]);
    },
    linear(name, x, source, bias) {
      const matrix = quantizeBlocks(source, formats.linear, 'inputs_first');
      return multiply(
        x,
        matrix,
        store(name, matrix),
        bias === null ? null : graph.weight(`${name}.bias`, () => encodeFp32(bias)),
      );
    },
    head(x, head, embedding) {
      const matrix = quantizeBlocks(head, formats.tables, 'outputs_first');
      return multiply(
        x,
        matrix,
        store(head === embedding ? 'token_embedding' : 'head', matrix),
        null,
      );
    },
  };
}
