import type { InferenceSession } from 'onnxruntime-node';

/* What a run brought back, by name; empty where it was not asked for. */

export function floats(results: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = results[name]?.data;
  if (data === undefined) return new Float32Array();
  if (data instanceof Float32Array) return data;
  throw new TypeError(`The output "${name}" is not float32`);
}

export function integers(results: InferenceSession.OnnxValueMapType, name: string): BigInt64Array {
  const data = results[name]?.data;
  if (data === undefined) return new BigInt64Array();
  if (data instanceof BigInt64Array) return data;
  throw new TypeError(`The output "${name}" is not int64`);
}
