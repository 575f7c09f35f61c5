import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema,
  ValueInfoProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../graph/generated/onnx_pb.ts';
import { elementTypes } from '../graph/onnx-types.ts';

/* Pieces of a graph as it is described in its file: what cutting one needs. */

const intAttribute = 2;

/** Bytes that a weight takes: in the file and, where it is widened to fp32, once more as that. */
export function tensorBytes(tensor: TensorProto, isWidened: boolean): number {
  const stored = external(tensor, 'length');
  const bytes = stored ?? tensor.rawData.byteLength;
  const values = tensor.dims.reduce((product, n) => product * Number(n), 1);
  return isWidened ? bytes + 4 * values : bytes;
}

/** Rows of an external table as so many tables, each where it lies in the file. */
export function sliceRows(table: TensorProto, count: number): readonly TensorProto[] {
  const rows = Number(table.dims[0]);
  const offset = external(table, 'offset') ?? 0;
  const rowBytes = (external(table, 'length') ?? 0) / rows;
  const location = table.externalData.find(({ key }) => key === 'location')!.value;
  const rowsPerSlice = Math.ceil(rows / count);
  const slices: TensorProto[] = [];
  for (let first = 0; first < rows; first += rowsPerSlice) {
    const here = Math.min(rowsPerSlice, rows - first);
    slices.push(
      create(TensorProtoSchema, {
        name: `${table.name}.${first}`,
        dims: [BigInt(here), ...table.dims.slice(1)],
        dataType: table.dataType,
        dataLocation: table.dataLocation,
        externalData: Object.entries({
          location,
          offset: String(offset + first * rowBytes),
          length: String(here * rowBytes),
        }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
      }),
    );
  }
  return slices;
}

function external(tensor: TensorProto, wanted: 'offset' | 'length'): number | undefined {
  const found = tensor.externalData.find(({ key }) => key === wanted)?.value;
  return found === undefined ? undefined : Number(found);
}

/** Puts tensors next to each other along an axis. */
export function concat(inputs: readonly string[], output: string, axis: number): NodeProto {
  return create(NodeProtoSchema, {
    opType: 'Concat',
    name: output,
    input: [...inputs],
    output: [output],
    attribute: [
      create(AttributeProtoSchema, { name: 'axis', type: intAttribute, i: BigInt(axis) }),
    ],
  });
}

/** The same operator between other tensors. */
export function between(node: NodeProto, inputs: readonly string[], output: string): NodeProto {
  return create(NodeProtoSchema, {
    opType: node.opType,
    domain: node.domain,
    attribute: node.attribute,
    name: output,
    input: [...inputs],
    output: [output],
  });
}

/** A float32 tensor whose shape is not told. */
export function float32(name: string): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, { elemType: elementTypes.float32 }),
      },
    }),
  });
}
