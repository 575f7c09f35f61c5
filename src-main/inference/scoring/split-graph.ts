import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../graph/generated/onnx_pb.ts';
import { layerOf } from '../graph/cache-names.ts';
import { requireCurrentGraph } from '../graph/gpt2-graph.ts';
import { between, concat, float32, sliceRows, tensorBytes } from './onnx-parts.ts';

/*
 * A prepared graph cut into parts that run one after another, so that a model of any size is
 * measured with the memory of its largest part. It is cut where little is handed on, between
 * layers and inside them; the operators and their order stay those of the whole graph.
 */

/** A stretch of a graph as a model of its own. Its weights stay in the whole one's data file. */
export interface GraphPart {
  readonly model: Uint8Array;
  /** Names of the whole graph's inputs that it reads, without the caches of layers. */
  readonly inputs: readonly string[];
  /** The layers whose keys and values it reads, and computes the new ones of. */
  readonly layers: readonly number[];
  /** What it takes over from the part before it: float32 tensors. */
  readonly takes: readonly string[];
  /** What it computes for the parts after it. */
  readonly hands: readonly string[];
  /** What parts before it computed for parts after it. */
  readonly passes: readonly string[];
  /** The whole graph's outputs that it computes. */
  readonly outputs: readonly string[];
  /** Memory that its weights need, in bytes. */
  readonly weightBytes: number;
  /** Whether its operators are slow without a copy of their weights in an order of their own. */
  readonly needsCopies: boolean;
}

/** They multiply by whole numbers of few bits. */
const copyingOperators = ['MatMulNBits', 'DynamicQuantizeMatMul'];
/** Inside a layer: the stream that everything is added to, and the branch to be added. */
const maxHandedOn = 2;

/**
 * Cuts a graph as `buildGpt2Graph` describes it.
 *
 * @param bytes the graph's file
 * @param outputs which of its outputs are wanted; what computes none of them is left out
 * @param maxBytes of weights in a part; one tensor that is larger is a part with its operator
 * @throws AppError `model_invalid` for a graph of an earlier version
 */
export function splitGraph(
  bytes: Uint8Array,
  outputs: readonly string[],
  maxBytes: number,
): readonly GraphPart[] {
  const model = fromBinary(ModelProtoSchema, bytes);
  requireCurrentGraph(model.graph?.input.map(({ name }) => name) ?? []);
  const whole = new WholeGraph(model, outputs);
  const groups: { first: number; end: number; bytes: number }[] = [];
  for (const { first, end, bytes } of whole.inseparable()) {
    const last = groups.at(-1);
    const isSmall = bytes <= maxBytes / 64;
    if (last !== undefined && (isSmall || last.bytes + bytes <= maxBytes)) {
      Object.assign(last, { end, bytes: last.bytes + bytes });
    } else {
      groups.push({ first, end, bytes });
    }
  }
  return groups.map(({ first, end, bytes }) => whole.part(first, end, bytes, maxBytes));
}

class WholeGraph {
  readonly #model: ModelProto;
  readonly #wanted: ReadonlySet<string>;
  readonly #inputs = new Map<string, ValueInfoProto>();
  readonly #initializers = new Map<string, TensorProto>();
  /** Operators on weights alone, by what they compute: each part has those that it needs. */
  readonly #constants = new Map<string, NodeProto>();
  /** The others that lead to something wanted, in their order. */
  readonly #nodes: readonly NodeProto[];

  constructor(model: ModelProto, outputs: readonly string[]) {
    this.#model = model;
    const { node: nodes, initializer, input, output } = model.graph!;
    for (const tensor of initializer) this.#initializers.set(tensor.name, tensor);
    for (const info of input) this.#inputs.set(info.name, info);
    const newOfLayers = output.map(({ name }) => name).filter((name) => isNew(name));
    this.#wanted = new Set([...outputs, ...newOfLayers]);

    const needed = new Set(this.#wanted);
    for (const node of nodes.toReversed()) {
      if (node.output.some((name) => needed.has(name))) {
        for (const name of node.input) needed.add(name);
      }
    }
    const moving: NodeProto[] = [];
    for (const node of nodes.filter(({ output }) => output.some((name) => needed.has(name)))) {
      const isConstant = node.input.every(
        (name) => name === '' || this.#initializers.has(name) || this.#constants.has(name),
      );
      if (isConstant) for (const name of node.output) this.#constants.set(name, node);
      else moving.push(node);
    }
    this.#nodes = moving;
  }

  /** The shortest stretches that little is handed on between. */
  *inseparable(): Generator<{ first: number; end: number; bytes: number }> {
    const lastUse = new Map<string, number>();
    this.#nodes.forEach((node, index) => {
      for (const name of node.input) lastUse.set(name, index);
    });
    const live = new Set<string>();
    let first = 0;
    for (const [index, node] of this.#nodes.entries()) {
      for (const name of node.input) if (lastUse.get(name) === index) live.delete(name);
      for (const name of node.output) {
        if (name !== '' && (lastUse.get(name) ?? 0) > index) live.add(name);
      }
      const end = index + 1;
      if (live.size > maxHandedOn && end < this.#nodes.length) continue;
      yield { first, end, bytes: this.#weightBytes(this.#nodes.slice(first, end)) };
      first = end;
    }
  }

  part(first: number, end: number, weightBytes: number, maxBytes: number): GraphPart {
    const nodes = this.#nodes.slice(first, end);
    const made = new Set(nodes.flatMap(({ output }) => output));
    const read = new Set(nodes.flatMap(({ input }) => input));
    const readLater = new Set(this.#nodes.slice(end).flatMap(({ input }) => input));
    const graphInputs = [...read].filter((name) => this.#inputs.has(name));
    const madeBefore = new Set(this.#nodes.slice(0, first).flatMap(({ output }) => output));
    const takes = [...read].filter((name) => name !== '' && madeBefore.has(name));
    const passes = [...madeBefore].filter((name) => name !== '' && readLater.has(name));
    const hands = [...made].filter((name) => name !== '' && readLater.has(name));
    const outputs = [...this.#wanted].filter((name) => made.has(name));
    const layers = new Set(graphInputs.map((name) => layerOf(name, 'cache')));

    const { node, initializer } = withoutWideTables(nodes, this.#fixed(nodes), maxBytes);
    const model = create(ModelProtoSchema, {
      irVersion: this.#model.irVersion,
      producerName: this.#model.producerName,
      opsetImport: this.#model.opsetImport,
      graph: create(GraphProtoSchema, {
        name: `${this.#model.graph!.name}.${first}`,
        initializer,
        node,
        input: [...graphInputs.map((name) => this.#inputs.get(name)!), ...takes.map(float32)],
        output: [
          ...hands.map(float32),
          ...this.#model.graph!.output.filter(({ name }) => outputs.includes(name)),
        ],
      }),
    });
    return {
      model: toBinary(ModelProtoSchema, model),
      inputs: graphInputs.filter((name) => layerOf(name, 'cache') === null),
      layers: [...layers].filter((layer) => layer !== null),
      outputs: outputs.filter((name) => !isNew(name)),
      ...{ takes, hands, passes, weightBytes },
      needsCopies: nodes.some(({ opType }) => copyingOperators.includes(opType)),
    };
  }

  /** The weights that nodes need, and what is computed of weights alone on the way to them. */
  #fixed(nodes: readonly NodeProto[]): Fixed {
    const constants = new Set<NodeProto>();
    const weights = new Set<TensorProto>();
    const visit = (name: string) => {
      const tensor = this.#initializers.get(name);
      if (tensor !== undefined) weights.add(tensor);
      const node = this.#constants.get(name);
      if (node === undefined) return;
      for (const input of node.input) visit(input);
      constants.add(node);
    };
    for (const node of nodes) for (const name of node.input) visit(name);
    return { constants: [...constants], weights: [...weights] };
  }

  #weightBytes(nodes: readonly NodeProto[]): number {
    const { constants, weights } = this.#fixed(nodes);
    const widened = new Set(constants.flatMap(({ input }) => input));
    return weights.reduce((sum, tensor) => sum + tensorBytes(tensor, widened.has(tensor.name)), 0);
  }
}

/** Whether it belongs into the cache, and is not handed on. */
const isNew = (name: string) => layerOf(name, 'new') !== null;

interface Fixed {
  /** Operators on weights alone, in an order in which they can be computed. */
  readonly constants: readonly NodeProto[];
  readonly weights: readonly TensorProto[];
}

/**
 * Multiplies by a large table in half precision a few of its rows at a time: widened whole, it
 * would be in memory once more, and twice as large. The products are the same.
 */
function withoutWideTables(
  nodes: readonly NodeProto[],
  { constants, weights }: Fixed,
  maxBytes: number,
): { readonly node: NodeProto[]; readonly initializer: TensorProto[] } {
  let initializer = [...weights];
  let node = [...constants, ...nodes];
  for (const multiply of nodes.filter(({ opType }) => opType === 'FusedMatMul')) {
    const [x, wide] = multiply.input;
    const widen = constants.find(({ output }) => output[0] === wide);
    const table = weights.find(({ name }) => name === widen?.input[0]);
    if (x === undefined || widen === undefined || table === undefined) continue;
    const bytes = tensorBytes(table, true);
    if (bytes <= maxBytes) continue;

    const slices = sliceRows(table, Math.ceil(bytes / maxBytes));
    const products = slices.flatMap(({ name }) => [
      between(widen, [name], `${name}.wide`),
      between(multiply, [x, `${name}.wide`], `${name}.product`),
    ]);
    const names = slices.map(({ name }) => `${name}.product`);
    products.push(concat(names, multiply.output[0]!, -1));
    initializer = [...initializer.filter((tensor) => tensor !== table), ...slices];
    node = node.flatMap((each) => (each === multiply ? products : each === widen ? [] : [each]));
  }
  return { node, initializer };
}
