import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type TensorShapeProto_Dimension,
  type ValueInfoProto,
} from './generated/onnx_pb.ts';
import { byteLength, elementTypes, type ElementType, type ExternalTensor } from './onnx-types.ts';

/** onnxruntime's own operators. */
export const microsoft = 'com.microsoft';

/** An attribute by its kind: ONNX tells a whole number from a float. */
type Attribute =
  { readonly float: number } | { readonly int: number } | { readonly ints: readonly number[] };

export interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Names of the outputs; an empty one is not wanted. One with a name of its own by default. */
  readonly outputs?: readonly string[];
}

/** A graph that is whole: its description, and the weights to be written beside it. */
export interface OnnxGraph {
  /** The model in ONNX's binary format, which names `dataFile`. */
  describe(dataFile: string): Uint8Array;
  readonly weights: readonly ExternalTensor[];
  /** Where each weight starts in the data file, and where the last one ends. */
  readonly offsets: readonly number[];
  readonly dataBytes: number;
}

const irVersion = 10n;
const defaultOpset = 17;
const externalLocation = 1;
const attributeTypes = { float: 1, int: 2, ints: 7 } as const;
/** Weights start at cache lines, so that mapped files can be used in place. */
const alignment = 64;

/** Assembles a graph node by node; each call answers the name of what it made. */
export class GraphBuilder {
  readonly #opset: number;
  readonly #nodes: NodeProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #constants = new Map<string, TensorProto>();
  readonly #weights = new Map<string, ExternalTensor>();
  readonly #reshaped: { name: string; original: string; dims: readonly number[] }[] = [];

  /** @param opset the version of ONNX's own operators */
  constructor(opset = defaultOpset) {
    this.#opset = opset;
  }

  /** A dimension is a number or the name of one that is known only when the graph runs. */
  input(name: string, type: ElementType, dims: readonly (number | string)[]): string {
    this.#inputs.push(valueInfo(name, type, dims));
    return name;
  }

  output(name: string, type: ElementType, dims: readonly (number | string)[]): void {
    this.#outputs.push(valueInfo(name, type, dims));
  }

  /** A node with one output. */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const name = `${operator}_${this.#nodes.length}`;
    const outputs = options.outputs ?? [name];
    this.#nodes.push(
      create(NodeProtoSchema, {
        name,
        opType: operator,
        domain: options.domain ?? '',
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(options.attributes ?? {}).map(toAttribute),
      }),
    );
    return outputs[0]!;
  }

  /** Gives what a node made a name of its own, before anything reads it. */
  rename(tensor: string, name: string): string {
    for (const node of this.#nodes) {
      node.output = node.output.map((output) => (output === tensor ? name : output));
    }
    return name;
  }

  /** A small int64 constant, inside the graph; the same values are one constant. */
  constant(values: readonly number[]): string {
    const name = `constant_${values.join('_')}`;
    const data = BigInt64Array.from(values, BigInt);
    this.#constants.set(
      name,
      create(TensorProtoSchema, {
        name,
        dims: [BigInt(values.length)],
        dataType: elementTypes.int64,
        rawData: new Uint8Array(data.buffer),
      }),
    );
    return name;
  }

  /** A weight, beside the graph; named again it is the same one. */
  weight(name: string, tensor: () => ExternalTensor): string {
    if (!this.#weights.has(name)) this.#weights.set(name, tensor());
    return name;
  }

  /**
   * The bytes of a weight under another name and shape, written once. Two operators that each
   * have their own view leave each other alone: the engine packs one anew and lets go of it,
   * and of the other only the rows that are looked up are ever read from the disk.
   */
  reshapedWeight(name: string, original: string, dims: readonly number[]): string {
    this.#reshaped.push({ name, original, dims });
    return name;
  }

  build(graphName: string): OnnxGraph {
    const weights = [...this.#weights.values()];
    const offsets: number[] = [];
    let position = 0;
    for (const tensor of weights) {
      position = Math.ceil(position / alignment) * alignment;
      offsets.push(position);
      position += byteLength(tensor);
    }
    const names = [...this.#weights.keys()];
    const initializer = (
      dataFile: string,
      name: string,
      original: string,
      dims: readonly number[],
    ) => {
      const index = names.indexOf(original);
      const tensor = weights[index]!;
      return create(TensorProtoSchema, {
        name,
        dims: dims.map(BigInt),
        dataType: elementTypes[tensor.type],
        dataLocation: externalLocation,
        externalData: [
          { key: 'location', value: dataFile },
          { key: 'offset', value: String(offsets[index]) },
          { key: 'length', value: String(byteLength(tensor)) },
        ],
      });
    };
    const initializers = (dataFile: string) => [
      ...[...this.#weights].map(([name, { dims }]) => initializer(dataFile, name, name, dims)),
      ...this.#reshaped.map(({ name, original, dims }) =>
        initializer(dataFile, name, original, dims),
      ),
    ];
    return {
      weights,
      offsets,
      dataBytes: position,
      describe: (dataFile) =>
        toBinary(
          ModelProtoSchema,
          create(ModelProtoSchema, {
            irVersion,
            producerName: 'autodoc',
            opsetImport: [
              { domain: '', version: BigInt(this.#opset) },
              { domain: microsoft, version: 1n },
            ],
            graph: {
              name: graphName,
              node: this.#nodes,
              initializer: [...this.#constants.values(), ...initializers(dataFile)],
              input: this.#inputs,
              output: this.#outputs,
            },
          }),
        ),
    };
  }
}

function valueInfo(
  name: string,
  type: ElementType,
  dims: readonly (number | string)[],
): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: elementTypes[type],
          shape: { dim: dims.map(toDimension) },
        },
      },
    },
  });
}

function toDimension(dim: number | string): TensorShapeProto_Dimension {
  return create(TensorShapeProto_DimensionSchema, {
    value:
      typeof dim === 'number'
        ? { case: 'dimValue', value: BigInt(dim) }
        : { case: 'dimParam', value: dim },
  });
}

function toAttribute([name, attribute]: [string, Attribute]): AttributeProto {
  if ('float' in attribute) {
    return create(AttributeProtoSchema, { name, type: attributeTypes.float, f: attribute.float });
  }
  if ('int' in attribute) {
    return create(AttributeProtoSchema, {
      name,
      type: attributeTypes.int,
      i: BigInt(attribute.int),
    });
  }
  return create(AttributeProtoSchema, {
    name,
    type: attributeTypes.ints,
    ints: attribute.ints.map(BigInt),
  });
}
