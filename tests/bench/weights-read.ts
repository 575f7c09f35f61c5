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

/** The largest cache of a processor in bytes; null where the system does not tell. */
export async function lastCacheBytes(): Promise<number | null> {
  const folder = '/sys/devices/system/cpu/cpu0/cache';
  let largest: number | null = null;
  for (let index = 0; ; index += 1) {
    const size = await readFile(path.join(folder, `index${index}`, 'size'), 'utf8').catch(
      () => null,
    );
    if (size === null) return largest;
    const [, digits, unit] = /^(\d+)([KM])$/.exec(size.trim()) ?? [];
    const bytes = Number(digits) * (unit === 'M' ? 2 ** 20 : 2 ** 10);
    if (bytes > (largest ?? 0)) largest = bytes;
  }
}
