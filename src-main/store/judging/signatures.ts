import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** Keys read from their text, as one key judges thousands of changes. Null: not a key. */
const keys = new Map<string, KeyObject | null>();
const maxKeys = 10_000;

/** Whether `signature` is Ed25519's over `message` by the key, which is SPKI in base64. */
export function isSignedBy(
  publicKey: string,
  message: Uint8Array,
  signature: Uint8Array | null,
): boolean {
  if (signature?.length !== 64) return false;
  const key = readKey(publicKey);
  return key !== null && verify(null, message, key, signature);
}

function readKey(publicKey: string): KeyObject | null {
  const known = keys.get(publicKey);
  if (known !== undefined) return known;
  if (keys.size >= maxKeys) keys.clear();
  const key = parseKey(publicKey);
  keys.set(publicKey, key);
  return key;
}

function parseKey(publicKey: string): KeyObject | null {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    // Whoever wrote the change may have written anything.
    return null;
  }
}
