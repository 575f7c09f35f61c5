import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  cacheTensors,
  requireWrittenInPlace,
} from '../../../../src-main/inference/session/cache-tensors.ts';
import { KeyValueCache } from '../../../../src-main/inference/session/kv-cache.ts';

function filledCache(): KeyValueCache {
  const cache = new KeyValueCache({ layers: 2, width: 3 });
  cache.reserve(1, 4);
  cache.view(0, 'key', 0, 2).set([1, 2, 3, 4, 5, 6]);
  cache.append(1, 2);
  return cache;
}

describe('the tensors of a cache', () => {
  it('are its own memory, and what a pass writes is where the next one reads', () => {
    const cache = filledCache();
    const { feeds, fetches } = cacheTensors(cache, [4, 7], 1);
    expect(Object.keys(feeds)).toEqual([
      ...['cache.4.key', 'cache.4.value', 'cache.7.key', 'cache.7.value'],
    ]);
    expect(Object.keys(fetches)).toEqual([
      ...['new.4.key', 'new.4.value', 'new.7.key', 'new.7.value'],
    ]);
    expect(feeds['cache.4.key']!.dims).toEqual([1, 3, 3]);
    expect(fetches['new.4.key']!.dims).toEqual([1, 1, 3]);
    (fetches['new.4.key']!.data as Float32Array).set([7, 8, 9]);
    expect([...(feeds['cache.4.key']!.data as Float32Array)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    cache.append(1, 1);
    const next = cacheTensors(cache, [4, 7], 1).feeds['cache.4.key']!.data as Float32Array;
    expect([...next.subarray(0, 9)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('must be written where they are', () => {
    const tensors = cacheTensors(filledCache(), [0, 1], 1);
    const told = (value: number) =>
      Object.fromEntries(
        Object.entries(tensors.fetches).map(([name, { dims }]) => [
          name,
          new Tensor('float32', new Float32Array(3).fill(value), dims),
        ]),
      );
    for (const { data } of Object.values(tensors.fetches)) (data as Float32Array).fill(0.5);
    expect(() => requireWrittenInPlace(told(0.5), tensors)).not.toThrow();
    expect(() => requireWrittenInPlace(told(0.25), tensors)).toThrow('new.0.key');
  });
});
