import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Keychain } from '../../../src-main/app/keychain.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'unknown';

/** Turns every byte round: enough to see that something was encrypted. */
function fakeCipher({
  isAvailable = true,
  backend = 'gnome_libsecret',
}: { isAvailable?: boolean; backend?: Backend } = {}) {
  const turn = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));
  const cipher = {
    rotations: 0,
    isAsyncEncryptionAvailable: () => Promise.resolve(isAvailable),
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (text: string) => Promise.resolve(turn(Buffer.from(text))),
    decryptStringAsync: (encrypted: Buffer) =>
      Promise.resolve({
        result: turn(encrypted).toString(),
        shouldReEncrypt: cipher.rotations-- > 0,
      }),
  };
  return cipher;
}

async function keychainFile(): Promise<string> {
  return path.join(await temporaryFolder(), 'below', 'hub-token');
}

describe('the keychain', () => {
  it('keeps a secret encrypted, for its owner alone', async () => {
    const file = await keychainFile();
    const keychain = new Keychain(fakeCipher(), file, 'linux');
    expect(await keychain.read()).toBeNull();
    await keychain.write('hf_secret');
    expect(await readFile(file, 'utf8')).not.toContain('hf_secret');
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await new Keychain(fakeCipher(), file, 'linux').read()).toBe('hf_secret');
    await keychain.remove();
    await keychain.remove();
    expect(await keychain.read()).toBeNull();
  });

  it.each([
    ['linux', true, 'gnome_libsecret', true],
    ['linux', true, 'basic_text', false],
    ['linux', true, 'unknown', false],
    ['linux', false, 'gnome_libsecret', false],
    ['darwin', true, 'unknown', true],
    ['win32', true, 'unknown', true],
    ['win32', false, 'unknown', false],
  ] as const)('on %s, available %s, by %s: %s', async (platform, isAvailable, backend, can) => {
    const cipher = fakeCipher({ isAvailable, backend });
    expect(await new Keychain(cipher, await keychainFile(), platform).canKeep()).toBe(can);
  });

  it('encrypts anew when the system has another key', async () => {
    const file = await keychainFile();
    const cipher = fakeCipher();
    const keychain = new Keychain(cipher, file, 'darwin');
    await keychain.write('hf_secret');
    const { mtimeNs } = await stat(file, { bigint: true });
    cipher.rotations = 1;
    expect(await keychain.read()).toBe('hf_secret');
    expect((await stat(file, { bigint: true })).mtimeNs).toBeGreaterThan(mtimeNs);
  });
});
