import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  scrypt,
  sign,
} from 'node:crypto';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import * as v from 'valibot';
import type { Id } from '../../contract/domain.ts';

/*
 * A user's key on this machine: Ed25519, its private half encrypted (AES-256-GCM) with a key
 * that scrypt makes of the password (RFC 7914). The password itself is kept nowhere, and that
 * the decryption succeeds is the proof that it was right.
 */

/** What scrypt costs: memory is 128 × N × r bytes. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 64 MiB and about a fifth of a second: twice what OWASP asks for at the least. */
export const defaultPasswordCost: PasswordCost = { N: 2 ** 16, r: 8, p: 1 };

const keyBytes = 32;
const saltBytes = 16;
const ivBytes = 12;
/** What is kept comes from a file: it must not make scrypt take all memory. */
const maxScryptBytes = 512 * 1024 * 1024;

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

const base64 = v.pipe(v.string(), v.base64(), v.maxLength(10_000));
const wrappedSchema = v.strictObject({
  N: v.pipe(v.number(), v.integer(), v.minValue(2)),
  r: v.pipe(v.number(), v.integer(), v.minValue(1)),
  p: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)),
  salt: base64,
  iv: base64,
  tag: base64,
  key: base64,
});

export interface KeyPair {
  /** SPKI in base64. */
  readonly public_key: string;
  /** PKCS #8, DER. */
  readonly privateKey: Buffer;
}

export function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    public_key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
}

/** Signs hashes with a private key. */
export function signerOf(privateKey: Buffer): (sha256: Uint8Array) => Uint8Array {
  const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
  return (sha256) => sign(null, sha256, key);
}

/** @returns JSON, to be kept on this machine alone */
export async function wrapKey(
  privateKey: Uint8Array,
  password: string,
  deviceId: Id,
  cost: PasswordCost,
): Promise<string> {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', await keyOf(password, salt, cost), iv);
  // A key that was put under another machine's name does not open.
  cipher.setAAD(Buffer.from(deviceId));
  const key = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  const { N, r, p } = cost;
  const text = (bytes: Buffer): string => bytes.toString('base64');
  return JSON.stringify({
    ...{ N, r, p },
    salt: text(salt),
    iv: text(iv),
    tag: text(cipher.getAuthTag()),
    key: text(key),
  });
}

/** The private key; null when the password is wrong, or what was kept is damaged. */
export async function unwrapKey(
  wrapped: string,
  password: string,
  deviceId: Id,
): Promise<Buffer | null> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), wrappedSchema), wrapped);
  if (!parsed.success || 128 * parsed.output.N * parsed.output.r > maxScryptBytes) return null;
  const { salt, iv, tag, key, ...cost } = parsed.output;
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  try {
    const secret = await keyOf(password, bytes(salt), cost);
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes(iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(deviceId));
    decipher.setAuthTag(bytes(tag));
    return Buffer.concat([decipher.update(bytes(key)), decipher.final()]);
  } catch {
    return null;
  }
}

/** The work of a wrong password, for an account that is not there: both take as long. */
export async function spendAsMuch(password: string, cost: PasswordCost): Promise<void> {
  await keyOf(password, randomBytes(saltBytes), cost);
}

/** What this machine calls itself, for people. */
export function machineName(): string {
  return hostname().slice(0, 200) || 'A machine';
}

function keyOf(password: string, salt: Uint8Array, { N, r, p }: PasswordCost): Promise<Buffer> {
  return derive(password, salt, keyBytes, { N, r, p, maxmem: maxScryptBytes + 2 ** 20 });
}
