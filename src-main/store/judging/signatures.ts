import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { CheckedSignatures } from './checked-signatures.ts';

/** Keys read from their text, as one key judges thousands of changes. Null: not a key. */
const keys = new Map<string, KeyObject | null>();
const maxKeys = 10_000;

/**
 * Whether `signature` is Ed25519's over `message`, a hash of 32 bytes, by the key, which is SPKI in
 * base64. What was checked before is not checked again.
 */
export function isSignedBy(
  publicKey: string,
  message: Uint8Array,
  signature: Uint8Array | null,
  checked: CheckedSignatures,
): boolean {
  if (signature?.length !== 64 || message.length !== 32) return false;
  const digest = createHash('sha256').update(message).update(signature).update(publicKey).digest();
  const known = checked.lookUp(digest);
  if (known !== null) return known;
  const key = readKey(publicKey);
  const isGood = key !== null && verify(null, message, key, signature);
  checked.remember(digest, isGood);
  return isGood;
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
