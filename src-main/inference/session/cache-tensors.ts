import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { cacheName, cacheParts, newName } from '../graph/cache-names.ts';
import type { KeyValueCache } from './kv-cache.ts';
import { floats } from './session-outputs.ts';

export interface CacheTensors {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly fetches: Readonly<Record<string, Tensor>>;
}

/**
 * The cache as a pass on the processor reads it, and the places after it for the pass to write
 * into: both are the cache's own memory, and `gpt2-graph.ts` says why they may overlap.
 *
 * @param layers which layer of the model each of the cache's layers is
 * @param newPlaces how many places the pass fills; the cache has room for them
 */
export function cacheTensors(
  cache: KeyValueCache,
  layers: readonly number[],
  newPlaces: number,
): CacheTensors {
  const feeds: Record<string, Tensor> = {};
  const fetches: Record<string, Tensor> = {};
  const filled = cache.places;
  const places = filled + newPlaces;
  for (const [index, layer] of layers.entries()) {
    for (const part of cacheParts) {
      const all = cache.view(index, part, 0, places);
      const width = all.length / places;
      feeds[cacheName(layer, part)] = new Tensor('float32', all, [1, places, width]);
      const added = cache.view(index, part, filled, places);
      fetches[newName(layer, part)] = new Tensor('float32', added, [1, newPlaces, width]);
    }
  }
  return { feeds, fetches };
}

/**
 * Fails where a pass put its new keys and values somewhere else than into the memory that was
 * handed in, as another version of the binding might: every draft would be nonsense without a word.
 */
export function requireWrittenInPlace(
  results: InferenceSession.OnnxValueMapType,
  { fetches }: CacheTensors,
): void {
  for (const [name, { data }] of Object.entries(fetches)) {
    const told = floats(results, name);
    if (told.length === data.length && told.every((value, i) => Object.is(value, data[i])))
      continue;
    throw new Error(`onnxruntime did not write "${name}" into the memory that it was given`);
  }
}
