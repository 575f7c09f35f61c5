import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { launch } from '../launch.ts';
import { loud } from '../loud.ts';

/*
 * The system's keychain. There is none behind the stand-in: a key that lives as long as the
 * process, and on Linux the backend that is no keychain at all, as on a machine without a
 * desktop. `--password-store` chooses another, as in Electron.
 */

const key = randomBytes(32);
const prefix = Buffer.from('stand-in');
const ivBytes = 12;
const tagBytes = 16;

export const safeStorage = loud('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () =>
    (launch.switches.get('password-store') ?? 'basic')
      .replace('basic', 'basic_text')
      .replace('-', '_'),
  encryptStringAsync(text: string): Promise<Buffer> {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([prefix, iv, cipher.getAuthTag(), encrypted]));
  },
  async decryptStringAsync(
    encrypted: Buffer,
  ): Promise<{ readonly shouldReEncrypt: boolean; readonly result: string }> {
    await Promise.resolve();
    const iv = encrypted.subarray(prefix.length, prefix.length + ivBytes);
    const rest = encrypted.subarray(prefix.length + ivBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, iv);
    decipher.setAuthTag(rest.subarray(0, tagBytes));
    const text = Buffer.concat([decipher.update(rest.subarray(tagBytes)), decipher.final()]);
    return { shouldReEncrypt: false, result: text.toString('utf8') };
  },
});
