/**
 * Values as text, by the rules of the structured clone: what Electron's messages carry.
 *
 * The function runs in Node and, from its own source text, in pages: it must use nothing from
 * outside itself.
 */
export function createCodec(): Codec {
  type Encoded =
    | string
    | number
    | boolean
    | null
    | readonly Encoded[]
    | { readonly is: string; readonly of?: unknown };

  const encode = (value: unknown): string => {
    let clone: unknown;
    try {
      clone = structuredClone(value);
    } catch {
      throw new Error('An object could not be cloned.');
    }
    return JSON.stringify(encodeClone(clone, []));
  };

  const encodeClone = (value: unknown, within: readonly unknown[]): Encoded => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (value === undefined) return { is: 'undefined' };
    if (typeof value === 'number') {
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { is: 'number', of: Object.is(value, -0) ? '-0' : String(value) };
    }
    if (typeof value === 'bigint') return { is: 'bigint', of: String(value) };
    if (within.includes(value)) {
      throw new Error('The stand-in for Electron cannot send an object that contains itself.');
    }
    const path = [...within, value];
    const inner = (part: unknown): Encoded => encodeClone(part, path);
    if (Array.isArray(value)) return value.map(inner);
    if (value instanceof Date) return { is: 'date', of: value.getTime() };
    if (value instanceof Map) return { is: 'map', of: inner([...value.entries()]) };
    if (value instanceof Set) return { is: 'set', of: inner([...value.values()]) };
    if (value instanceof Error) return { is: 'error', of: [value.name, value.message] };
    if (value instanceof ArrayBuffer) return { is: 'ArrayBuffer', of: toBase64(value) };
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { is: value.constructor.name, of: toBase64(bytes) };
    }
    if (Object.getPrototypeOf(value) === Object.prototype) {
      const entries = Object.entries(value);
      return { is: 'object', of: entries.map(([key, part]) => [key, inner(part)]) };
    }
    throw new Error(
      `The stand-in for Electron cannot send a ${Object.prototype.toString.call(value)}.`,
    );
  };

  const decode = (text: string): unknown => decodePart(JSON.parse(text) as Encoded);

  const decodePart = (part: Encoded): unknown => {
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map(decodePart);
    const { is, of } = part as { is: string; of: never };
    switch (is) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(of);
      case 'bigint':
        return BigInt(of);
      case 'date':
        return new Date(of);
      case 'map':
        return new Map(decodePart(of) as [unknown, unknown][]);
      case 'set':
        return new Set(decodePart(of) as unknown[]);
      case 'error': {
        const [name, message] = of as [string, string];
        const error = new Error(message);
        error.name = name;
        return error;
      }
      case 'object':
        return Object.fromEntries(
          (of as [string, Encoded][]).map(([key, inner]) => [key, decodePart(inner)]),
        );
      case 'ArrayBuffer':
        return fromBase64(of);
      default: {
        const View = globalThis[is as 'Uint8Array'];
        return new View(fromBase64(of));
      }
    }
  };

  const toBase64 = (bytes: ArrayBuffer | Uint8Array): string => {
    const view = new Uint8Array(bytes instanceof ArrayBuffer ? bytes : bytes.slice().buffer);
    let binary = '';
    for (let start = 0; start < view.length; start += 8_192) {
      binary += String.fromCharCode(...view.subarray(start, start + 8_192));
    }
    return btoa(binary);
  };

  const fromBase64 = (text: string): ArrayBuffer =>
    Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;

  return { encode, decode };
}

export interface Codec {
  /** Throws for what a structured clone refuses: functions, symbols, proxies. */
  encode(value: unknown): string;
  decode(text: string): unknown;
}
