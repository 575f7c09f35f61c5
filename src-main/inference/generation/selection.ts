/** Up to here a heap of the largest is faster than to part all values. */
const mostInHeap = 256;

/** The `k`-th largest value, 1 for the largest; equal values count each. */
export function kthLargest(values: Float32Array, k: number): number {
  return k <= mostInHeap ? smallestOfLargest(values, k) : parted(values, k);
}

/** A heap of the `k` largest so far, the smallest on top: nearly every value is turned away. */
function smallestOfLargest(values: Float32Array, k: number): number {
  const heap = values.slice(0, k).sort();
  for (let i = k; i < values.length; i++) {
    const value = values[i]!;
    if (value <= heap[0]!) continue;
    let place = 0;
    for (let child = 1; child < k; child = 2 * place + 1) {
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++;
      if (value <= heap[child]!) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = value;
  }
  return heap[0]!;
}

/** Hoare's FIND: linear on average, where sorting 50,000 scores would cost a third of a step. */
function parted(values: Float32Array, k: number): number {
  const shuffled = values.slice();
  const at = (position: number): number => shuffled[position]!;
  const target = shuffled.length - k;
  let low = 0;
  let high = shuffled.length - 1;
  while (low < high) {
    const pivot = at(target);
    let left = low;
    let right = high;
    while (left <= right) {
      while (at(left) < pivot) left++;
      while (at(right) > pivot) right--;
      if (left > right) break;
      const swapped = at(left);
      shuffled[left++] = at(right);
      shuffled[right--] = swapped;
    }
    if (right < target) low = left;
    if (left > target) high = right;
  }
  return at(target);
}

/** The position of the largest value; equal ones by lower position. */
export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[best]!) best = i;
  }
  return best;
}

/**
 * The positions of all finite values, smallest value first; equal ones by lower position. A radix
 * sort: 50,000 scores take a twentieth of the time that comparing them does.
 */
export function ascendingFinite(values: Float32Array): Int32Array {
  let positions = new Int32Array(values.length);
  let keys = new Uint32Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    positions[count] = i;
    keys[count++] = orderedBits(bits[i]!);
  }

  let nextPositions = new Int32Array(count);
  let nextKeys = new Uint32Array(count);
  const starts = new Uint32Array(digitValues);
  for (let shift = 0; shift < 32; shift += digitBits) {
    starts.fill(0);
    for (let i = 0; i < count; i++) starts[(keys[i]! >>> shift) & digitMask]!++;
    for (let digit = 0, start = 0; digit < digitValues; digit++) {
      const size = starts[digit]!;
      starts[digit] = start;
      start += size;
    }
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      const place = starts[(key >>> shift) & digitMask]!++;
      nextKeys[place] = key;
      nextPositions[place] = positions[i]!;
    }
    [keys, nextKeys] = [nextKeys, keys];
    [positions, nextPositions] = [nextPositions, positions];
  }
  return positions.subarray(0, count);
}

const digitBits = 11;
const digitValues = 2 ** digitBits;
const digitMask = digitValues - 1;

/** A float32's bits as an unsigned integer of the same order; both zeros are one. */
function orderedBits(bits: number): number {
  if (bits === 0x80000000) return 0x80000000;
  return bits >= 0x80000000 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0;
}
