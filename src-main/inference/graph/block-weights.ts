import { rowChunks, rowCount, rowLength, type WeightSource } from '../checkpoint/weight-source.ts';
import type { ExternalTensor } from './onnx-types.ts';

/*
 * Matrices in blocks of 4 or 8 bits, as onnxruntime's MatMulNBits and GatherBlockQuantized read
 * them: each output's weights are cut into blocks along the inputs, and each block has a scale.
 * value = (code - zero) × scale, zero = 2^(bits-1), two 4-bit codes a byte, the lower half first.
 * An output whose inputs fill no whole number of blocks ends in codes of zero.
 */

export interface BlockFormat {
  readonly bits: 4 | 8;
  /** Weights per scale: a power of two from 16. */
  readonly blockSize: number;
}

/** Which way a matrix lies: as a layer's [inputs, outputs] or as a head's [outputs, inputs]. */
export type Orientation = 'inputs_first' | 'outputs_first';

export interface BlockMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly format: BlockFormat;
  readonly blocksPerOutput: number;
  readonly bytesPerBlock: number;
  /** uint8 [outputs, blocks, bytes of a block]. */
  readonly codes: ExternalTensor;
  /** float32 [outputs × blocks]. */
  readonly scales: ExternalTensor;
}

const minBlockSize = 16;

/**
 * Quantises a matrix in one pass, holding the result (an eighth or a quarter of the fp32 matrix)
 * until both its tensors were written. A matrix of fewer inputs than a block gets smaller blocks.
 */
export function quantizeBlocks(
  source: WeightSource,
  { bits, blockSize: wantedSize }: BlockFormat,
  orientation: Orientation,
): BlockMatrix {
  const [inputs, outputs] =
    orientation === 'inputs_first'
      ? [rowCount(source), rowLength(source)]
      : [rowLength(source), rowCount(source)];
  let blockSize = wantedSize;
  while (blockSize > minBlockSize && blockSize / 2 >= inputs) blockSize /= 2;
  const blocksPerOutput = Math.ceil(inputs / blockSize);
  const bytesPerBlock = (blockSize * bits) / 8;

  const [codes, scales] = sharedByTwo(async () => {
    const writer = new BlockWriter({ bits, blockSize }, blocksPerOutput, outputs);
    if (orientation === 'outputs_first') await writeRows(source, writer, inputs);
    else await writeColumns(source, writer, outputs);
    return writer;
  });
  return {
    inputs,
    outputs,
    format: { bits, blockSize },
    blocksPerOutput,
    bytesPerBlock,
    codes: {
      type: 'uint8',
      dims: [outputs, blocksPerOutput, bytesPerBlock],
      async *chunks() {
        yield (await codes()).codes;
      },
    },
    scales: {
      type: 'float32',
      dims: [outputs * blocksPerOutput],
      async *chunks() {
        yield new Uint8Array((await scales()).scales.buffer);
      },
    },
  };
}

async function writeRows(source: WeightSource, writer: BlockWriter, inputs: number): Promise<void> {
  for await (const { firstRow, values } of rowChunks(source)) {
    for (let row = 0; row * inputs < values.length; row += 1) {
      for (let start = 0; start < inputs; start += writer.blockSize) {
        const end = Math.min(inputs, start + writer.blockSize);
        writer.block.fill(0);
        writer.block.set(values.subarray(row * inputs + start, row * inputs + end));
        writer.write(firstRow + row, start / writer.blockSize);
      }
    }
  }
}

/** A block of every output lies across as many rows as a block is long. */
async function writeColumns(
  source: WeightSource,
  writer: BlockWriter,
  outputs: number,
): Promise<void> {
  const { block, blockSize } = writer;
  const inputs = rowCount(source);
  for (let start = 0; start < inputs; start += blockSize) {
    const rows = Math.min(blockSize, inputs - start);
    const values = await source.readRows(start, start + rows);
    for (let output = 0; output < outputs; output += 1) {
      block.fill(0);
      for (let row = 0; row < rows; row += 1) block[row] = values[row * outputs + output]!;
      writer.write(output, start / blockSize);
    }
  }
}

/** Codes and scales as they grow. */
class BlockWriter {
  readonly blockSize: number;
  /** The weights of the block to be written, zeros after the last. */
  readonly block: Float32Array;
  readonly codes: Uint8Array;
  readonly scales: Float32Array<ArrayBuffer>;
  readonly #bits: 4 | 8;
  readonly #blocksPerOutput: number;

  constructor({ bits, blockSize }: BlockFormat, blocksPerOutput: number, outputs: number) {
    this.blockSize = blockSize;
    this.block = new Float32Array(blockSize);
    this.codes = new Uint8Array((outputs * blocksPerOutput * blockSize * bits) / 8);
    this.scales = new Float32Array(outputs * blocksPerOutput);
    this.#bits = bits;
    this.#blocksPerOutput = blocksPerOutput;
  }

  write(output: number, blockOfOutput: number): void {
    const { block, blockSize, codes } = this;
    const place = output * this.#blocksPerOutput + blockOfOutput;
    const zero = 1 << (this.#bits - 1);
    const scale = blockScale(block, zero);
    this.scales[place] = scale;
    const code = (i: number): number => zero + quantize(block[i]! / scale, zero);
    if (this.#bits === 8) {
      for (let i = 0; i < blockSize; i += 1) codes[place * blockSize + i] = code(i);
      return;
    }
    const first = (place * blockSize) / 2;
    for (let i = 0; i < blockSize; i += 2) codes[first + i / 2] = code(i) | (code(i + 1) << 4);
  }
}

/** To the nearest of -zero … zero - 1, ties to even. */
function quantize(steps: number, zero: number): number {
  // What `Math.round` and two comparisons through `Math` cost is felt over billions of weights.
  const code = steps + roundingShift - roundingShift;
  if (code < -zero) return -zero;
  return code < zero ? code : zero - 1;
}

/** Where doubles have no digits after the point. */
const roundingShift = 1.5 * 2 ** 52;

/**
 * The scale of a block, as it is stored. By itself the largest weight takes the code furthest from
 * zero, of which there is one more on the negative side: where it is positive the scale is
 * negative. With few bits that is too coarse for the rest, so scales around it are tried.
 */
function blockScale(block: Float32Array, zero: number): number {
  let largest = 0;
  for (const weight of block) if (Math.abs(weight) > Math.abs(largest)) largest = weight;
  const scale = Math.fround(-largest / zero);
  // A subnormal scale would divide to infinity.
  if (Math.abs(scale) < minScale) return 1;
  return zero > 8 ? scale : closestScale(block, largest, zero);
}

/** Codes that the largest weight is tried at: beyond the last one it is cut off. */
const triedCodes = [-0.5, 0, 0.5, 1, 1.5];

/**
 * The scale with the least squared error, where errors of large weights count more: each trial
 * rounds by one scale and then takes the one that suits the codes it got (after llama.cpp's
 * `make_qx_quants`).
 */
function closestScale(block: Float32Array, largest: number, zero: number): number {
  let best = 0;
  let bestScale = 0;
  for (const beyond of triedCodes) {
    const steps = -(zero + beyond) / largest;
    let products = 0;
    let squares = 0;
    for (let i = 0; i < block.length; i += 1) {
      const weight = block[i]!;
      const code = quantize(weight * steps, zero);
      const weighted = Math.abs(weight) * code;
      products += weighted * weight;
      squares += weighted * code;
    }
    // How much of the sum of squares this scale explains.
    const explained = (products * products) / squares;
    if (explained > best) {
      best = explained;
      bestScale = products / squares;
    }
  }
  return Math.fround(bestScale);
}

const minScale = 2 ** -120;

/** The same work for two readers, done once and let go of when both have it. */
function sharedByTwo<Value>(
  make: () => Promise<Value>,
): readonly [() => Promise<Value>, () => Promise<Value>] {
  let made: { readonly value: Promise<Value>; readonly reader: number } | null = null;
  const reader = (index: number) => () => {
    if (made !== null && made.reader !== index) {
      const { value } = made;
      made = null;
      return value;
    }
    made = { value: make(), reader: index };
    return made.value;
  };
  return [reader(0), reader(1)];
}
