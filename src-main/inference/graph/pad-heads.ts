import { rowCount, rowLength, type WeightSource } from '../checkpoint/weight-source.ts';

/*
 * WebGPU's attention operator wants heads whose width is a multiple of 8, and all devices share the
 * weights of one file. Other heads get zero columns: zeros add nothing to a score, and the zeros
 * that come out meet zero rows of the projection. The numbers stay the same to the bit; only memory
 * grows.
 */

export interface HeadPadding {
  readonly headWidth: number;
  readonly paddedWidth: number;
}

const operatorMultiple = 8;

export function headPadding(headWidth: number): HeadPadding {
  return {
    headWidth,
    paddedWidth: Math.ceil(headWidth / operatorMultiple) * operatorMultiple,
  };
}

/** Pads each head along the rows' length: for what computes queries, keys and values. */
export function padHeadColumns(source: WeightSource, padding: HeadPadding): WeightSource {
  const { headWidth, paddedWidth } = padding;
  if (headWidth === paddedWidth) return source;
  const length = rowLength(source);
  const paddedLength = (length / headWidth) * paddedWidth;
  return {
    dims: [...source.dims.slice(0, -1), paddedLength],
    async readRows(start, end) {
      const values = await source.readRows(start, end);
      const padded = new Float32Array((end - start) * paddedLength);
      for (let head = 0; head * headWidth < values.length; head += 1) {
        padded.set(values.subarray(head * headWidth, (head + 1) * headWidth), head * paddedWidth);
      }
      return padded;
    },
  };
}

/** Pads each head along the rows: for the projection that reads the heads' outputs. */
export function padHeadRows(source: WeightSource, padding: HeadPadding): WeightSource {
  const { headWidth, paddedWidth } = padding;
  if (headWidth === paddedWidth) return source;
  const length = rowLength(source);
  return {
    dims: [(rowCount(source) / headWidth) * paddedWidth, length],
    async readRows(start, end) {
      const padded = new Float32Array((end - start) * length);
      for (let row = start; row < end;) {
        const head = Math.floor(row / paddedWidth);
        const offset = row - head * paddedWidth;
        const nextHead = (head + 1) * paddedWidth;
        if (offset < headWidth) {
          const first = head * headWidth + offset;
          const count = Math.min(end - row, headWidth - offset);
          padded.set(await source.readRows(first, first + count), (row - start) * length);
        }
        row = nextHead;
      }
      return padded;
    },
  };
}
