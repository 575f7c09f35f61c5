/** A tensor that is read row by row, so that no large one need be held whole. */
export interface WeightSource {
  /** Its shape: [length] or [rows, columns]. */
  readonly dims: readonly number[];
  /** Rows [start, end) as fp32, flat; a tensor of one dimension is one row. */
  readRows(start: number, end: number): Promise<Float32Array>;
}

export function rowCount(source: WeightSource): number {
  return source.dims.length === 1 ? 1 : (source.dims[0] ?? 0);
}

export function rowLength(source: WeightSource): number {
  return source.dims.at(-1) ?? 0;
}

export interface RowChunk {
  /** Index of the first row in `values`. */
  readonly firstRow: number;
  readonly values: Float32Array;
}

/** About a million values at a time: large reads, small memory. */
const valuesPerChunk = 1 << 20;

/** All rows of a source in order, a few at a time. */
export async function* rowChunks(source: WeightSource): AsyncGenerator<RowChunk> {
  const rows = rowCount(source);
  const rowsPerChunk = Math.max(1, Math.floor(valuesPerChunk / rowLength(source)));
  for (let firstRow = 0; firstRow < rows; firstRow += rowsPerChunk) {
    const values = await source.readRows(firstRow, Math.min(rows, firstRow + rowsPerChunk));
    yield { firstRow, values };
  }
}
