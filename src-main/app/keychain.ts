import { readFile, rename, rm, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SafeStorage } from 'electron';

/** The parts of Electron's `safeStorage` that keep a secret. */
type Cipher = Pick<
  SafeStorage,
  | 'isAsyncEncryptionAvailable'
  | 'encryptStringAsync'
  | 'decryptStringAsync'
  | 'getSelectedStorageBackend'
>;

/**
 * One secret, encrypted with a key of the system's keychain, in a file of this machine. On Linux
 * without a keychain Electron would encrypt with a password that everybody knows: then nothing
 * is kept.
 */
export class Keychain {
  readonly #cipher: Cipher;
  readonly #file: string;
  readonly #platform: NodeJS.Platform;

  constructor(cipher: Cipher, file: string, platform: NodeJS.Platform = process.platform) {
    this.#cipher = cipher;
    this.#file = file;
    this.#platform = platform;
  }

  async canKeep(): Promise<boolean> {
    if (!(await this.#cipher.isAsyncEncryptionAvailable())) return false;
    if (this.#platform !== 'linux') return true;
    return !['basic_text', 'unknown'].includes(this.#cipher.getSelectedStorageBackend());
  }

  /** Null where nothing is kept. Rejects where the keychain no longer opens what is. */
  async read(): Promise<string | null> {
    const encrypted = await readFile(this.#file).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (encrypted === null || !(await this.canKeep())) return null;
    const { result, shouldReEncrypt } = await this.#cipher.decryptStringAsync(encrypted);
    if (shouldReEncrypt) await this.write(result);
    return result;
  }

  async write(secret: string): Promise<void> {
    const encrypted = await this.#cipher.encryptStringAsync(secret);
    await mkdir(path.dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.new`;
    await writeFile(temporary, encrypted, { mode: 0o600, flush: true });
    await rename(temporary, this.#file);
  }

  remove(): Promise<void> {
    return rm(this.#file, { force: true });
  }
}
