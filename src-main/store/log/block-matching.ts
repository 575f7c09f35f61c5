/*
 * Which parts of a text another text has too, wherever they stand there: the blocks of the
 * base are looked up by a hash that rolls over the target (as in rsync), and what is found is
 * stretched both ways. Bytes, not letters: a copy may begin or end inside a letter.
 */

/** `length` bytes at `at` of the target are those at `from` of the base. */
export interface Match {
  readonly at: number;
  readonly from: number;
  readonly length: number;
}

const minBlockBytes = 16;
const maxBlockBytes = 64;
/** With more blocks they are made longer: looking for them must not cost more than it saves. */
const fewBlocks = 32_768;
/** Blocks with the same hash that are tried, the first of the base first. */
const maxTries = 16;
/** Compared at once where texts are the same, far quicker than byte by byte. */
const strideBytes = 4_096;
const multiplier = 0x01_00_01_93;
const scatter = 0x9e_37_79_b1;

/** What `target` has of `base`, in the order of the target, nothing of it twice. */
export function matchBlocks(target: Buffer, base: Buffer): readonly Match[] {
  const start = commonStart(target, base);
  const end = commonEnd(target, base, start);
  const matches: Match[] = [];
  if (start > 0) matches.push({ at: 0, from: 0, length: start });
  const middleEnd = target.length - end;
  // The whole base is looked through: a passage may be copied from where nothing was changed.
  if (middleEnd - start >= minBlockBytes)
    matches.push(...matchMiddle(target, base, start, middleEnd));
  if (end > 0) matches.push({ at: middleEnd, from: base.length - end, length: end });
  return matches;
}

function commonStart(target: Buffer, base: Buffer): number {
  const most = Math.min(target.length, base.length);
  let length = 0;
  while (
    length + strideBytes <= most &&
    base.compare(target, length, length + strideBytes, length, length + strideBytes) === 0
  ) {
    length += strideBytes;
  }
  while (length < most && target[length] === base[length]) length += 1;
  return length;
}

/** Of what is left after `start` bytes of both. */
function commonEnd(target: Buffer, base: Buffer, start: number): number {
  const most = Math.min(target.length, base.length) - start;
  const [targetEnd, baseEnd] = [target.length, base.length];
  let length = 0;
  while (length + strideBytes <= most) {
    const [t, b] = [targetEnd - length, baseEnd - length];
    if (base.compare(target, t - strideBytes, t, b - strideBytes, b) !== 0) break;
    length += strideBytes;
  }
  while (length < most && target[targetEnd - 1 - length] === base[baseEnd - 1 - length])
    length += 1;
  return length;
}

function matchMiddle(target: Buffer, base: Buffer, start: number, end: number): readonly Match[] {
  const blockBytes = blockBytesFor(base.length);
  const blocks = indexBlocks(base, blockBytes);
  const matches: Match[] = [];
  const leaving = power(multiplier, blockBytes);
  /** Up to here the target is matched. */
  let matched = start;
  let at = start;
  let hash = 0;
  let isHashed = false;
  while (at + blockBytes <= end) {
    if (!isHashed) hash = hashOf(target, at, blockBytes);
    isHashed = true;
    const match = longest(at);
    if (match === null) {
      const next = at + blockBytes;
      if (next >= end) break;
      hash = (Math.imul(hash, multiplier) + target[next]! - Math.imul(target[at]!, leaving)) | 0;
      at += 1;
    } else {
      matches.push(match);
      matched = match.at + match.length;
      at = matched;
      isHashed = false;
    }
  }
  return matches;

  /** Of the blocks of the base that may be the one at `place`, the one with most around it. */
  function longest(place: number): Match | null {
    let best: Match | null = null;
    let block = blocks.first[slotOf(hash, blocks.shift)]!;
    for (let tries = 0; block !== 0 && tries < maxTries; tries += 1) {
      const found = stretched(place, (block - 1) * blockBytes);
      if (found !== null && found.length > (best?.length ?? 0)) best = found;
      block = blocks.next[block]!;
    }
    return best;
  }

  /** Null when it is another block with the same hash. */
  function stretched(place: number, from: number): Match | null {
    let length = 0;
    const most = Math.min(end - place, base.length - from);
    while (length < most && target[place + length] === base[from + length]) length += 1;
    if (length < blockBytes) return null;
    let before = 0;
    const mostBefore = Math.min(place - matched, from);
    while (before < mostBefore && target[place - 1 - before] === base[from - 1 - before]) {
      before += 1;
    }
    return { at: place - before, from: from - before, length: before + length };
  }
}

function blockBytesFor(baseLength: number): number {
  let blockBytes = minBlockBytes;
  while (blockBytes < maxBlockBytes && baseLength / blockBytes > fewBlocks) blockBytes *= 2;
  return blockBytes;
}

interface BlockIndex {
  /** By slot: the first block there, counted from 1; 0 for none. */
  readonly first: Uint32Array;
  /** By block, counted from 1: the next one in its slot. */
  readonly next: Uint32Array;
  /** Of the scattered hash, how many bits are left out of the slot. */
  readonly shift: number;
}

function indexBlocks(base: Buffer, blockBytes: number): BlockIndex {
  const count = Math.floor(base.length / blockBytes);
  const bits = Math.max(8, Math.ceil(Math.log2(count + 1)) + 1);
  const first = new Uint32Array(2 ** bits);
  const next = new Uint32Array(count + 1);
  const shift = 32 - bits;
  for (let block = count; block > 0; block -= 1) {
    const slot = slotOf(hashOf(base, (block - 1) * blockBytes, blockBytes), shift);
    next[block] = first[slot]!;
    first[slot] = block;
  }
  return { first, next, shift };
}

function hashOf(bytes: Buffer, at: number, length: number): number {
  let hash = 0;
  for (let place = at; place < at + length; place += 1) {
    hash = (Math.imul(hash, multiplier) + bytes[place]!) | 0;
  }
  return hash;
}

function slotOf(hash: number, shift: number): number {
  return Math.imul(hash, scatter) >>> shift;
}

function power(factor: number, exponent: number): number {
  let product = 1;
  for (let times = 0; times < exponent; times += 1) product = Math.imul(product, factor);
  return product;
}
