import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src-main/logging/logger.ts';
import {
  checkToken,
  createHubToken,
  type Keychain,
} from '../../../../src-main/services/downloads/hub-token.ts';

const hub = 'https://huggingface.co';

function fakeKeychain(canKeep = true): Keychain & { secret: string | null } {
  return {
    secret: null,
    canKeep: () => Promise.resolve(canKeep),
    read() {
      return Promise.resolve(this.secret);
    },
    write(secret) {
      this.secret = secret;
      return Promise.resolve();
    },
    remove() {
      this.secret = null;
      return Promise.resolve();
    },
  };
}

describe('the access token', () => {
  it('is kept in the keychain, over a restart', async () => {
    const keychain = fakeKeychain();
    await createHubToken(keychain, silentLogger).set('hf_abc', hub);
    const restarted = createHubToken(keychain, silentLogger);
    expect(await restarted.current(hub)).toBe('hf_abc');
    await restarted.set(null, hub);
    expect(keychain.secret).toBeNull();
    expect(await restarted.current(hub)).toBeNull();
  });

  it('is for the hub that it was set for', async () => {
    const keychain = fakeKeychain();
    await createHubToken(keychain, silentLogger).set('hf_abc', hub);
    const restarted = createHubToken(keychain, silentLogger);
    expect(await restarted.current('https://evil.example')).toBeNull();
    expect(await restarted.current(`${hub}.evil.example`)).toBeNull();
    expect(await restarted.current(hub)).toBe('hf_abc');
  });

  it('is used until the end where nothing can be kept', async () => {
    const keychain = fakeKeychain(false);
    const token = createHubToken(keychain, silentLogger);
    await token.set('hf_abc', hub);
    expect(await token.current(hub)).toBe('hf_abc');
    expect(keychain.secret).toBeNull();
    expect(await createHubToken(keychain, silentLogger).current(hub)).toBeNull();
    expect(await token.canKeep()).toBe(false);
  });

  it('needs no keychain', async () => {
    const token = createHubToken(null, silentLogger);
    expect(await token.current(hub)).toBeNull();
    expect(await token.canKeep()).toBe(false);
    await token.set('hf_abc', hub);
    expect(await token.current(hub)).toBe('hf_abc');
    await token.set(null, hub);
    expect(await token.current(hub)).toBeNull();
  });

  it('that the keychain no longer opens is none', async () => {
    const keychain = { ...fakeKeychain(), read: () => Promise.reject(new Error('locked')) };
    expect(await createHubToken(keychain, silentLogger).current(hub)).toBeNull();
  });

  it.each(['', ' ', 'a b', 'a\nb', 'a\r\nx-evil: 1', 'tökén', 'a'.repeat(501)])(
    'cannot be %j, and that is not repeated',
    (token) => {
      expect(() => checkToken(token)).toThrow(
        expect.objectContaining({ code: 'invalid_input' }) as Error,
      );
      if (token.trim() !== '') expect(() => checkToken(token)).not.toThrow(token);
    },
  );
});
