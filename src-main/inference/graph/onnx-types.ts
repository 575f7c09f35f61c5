/** ONNX element types used here (`TensorProto.DataType`). */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
} as const;
export type ElementType = keyof typeof elementTypes;

const bytes: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  float16: 2,
};

/** A weight of a graph, kept in the file beside it. */
export interface ExternalTensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Its bytes in order, little-endian: `byteLength(tensor)` in all. */
  chunks(): AsyncIterable<Uint8Array>;
}

export function byteLength(tensor: Pick<ExternalTensor, 'type' | 'dims'>): number {
  return tensor.dims.reduce((product, n) => product * n, bytes[tensor.type]);
}
