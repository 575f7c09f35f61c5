/* What the tensors of a cache of keys and values are called in the graphs. */

export const cacheParts = ['key', 'value'] as const;
export type CachePart = (typeof cacheParts)[number];

/** Processor: what lies in the cache, and in its last places room for what this pass computes. */
export const cacheName = (layer: number, part: CachePart) => `cache.${layer}.${part}`;
/** Processor: what this pass computes, to be put into those last places. */
export const newName = (layer: number, part: CachePart) => `new.${layer}.${part}`;

/** The layer that a `cacheName` or a `newName` belongs to; null for other names. */
export function layerOf(name: string, kind: 'cache' | 'new'): number | null {
  const found = /^(cache|new)\.(\d+)\.(?:key|value)$/.exec(name);
  return found?.[1] === kind ? Number(found[2]) : null;
}

/** Other devices: the cache as it is fed … */
export const pastName = (layer: number, part: CachePart) => `past.${layer}.${part}`;
/** … and as a pass puts it out. */
export const presentName = (layer: number, part: CachePart) => `present.${layer}.${part}`;
