import { fromBinary } from '@bufbuild/protobuf';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelProtoSchema } from '../../src-main/inference/graph/generated/onnx_pb.ts';

/** Operators that read a few rows of a table, not all of it. */
const lookups = ['Gather', 'GatherBlockQuantized'];

/**
 * How many bytes of weights a prepared graph reads to write one token: all of them but those
 * that are only looked up in.
 *
 * @param graphPath an ONNX file with its weights beside it
 */
export async function weightBytesPerToken(graphPath: string): Promise<number> {
  const { graph } = fromBinary(ModelProtoSchema, await readFile(graphPath));
  if (graph === undefined) throw new Error(`${path.basename(graphPath)} has no graph`);
  const multiplied = new Set(
    graph.node.filter(({ opType }) => !lookups.includes(opType)).flatMap(({ input }) => input),
  );
  let bytes = 0;
  for (const { name, externalData, rawData } of graph.initializer) {
    if (!multiplied.has(name)) continue;
    const external = externalData.find(({ key }) => key === 'length')?.value;
    bytes += external === undefined ? rawData.length : Number(external);
  }
  return bytes;
}
