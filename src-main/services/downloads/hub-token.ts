import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';

/** Where this system keeps a secret for the person who is logged in. */
export interface Keychain {
  /** False where what is kept could be read by anybody who has the disk. */
  canKeep(): Promise<boolean>;
  /** Null where nothing is kept. Rejects where it cannot be read any more. */
  read(): Promise<string | null>;
  write(secret: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * The access token for private repositories. It is shown to nobody but the hub that it was set
 * for: another `HF_ENDPOINT` does not get it.
 */
export interface HubToken {
  /** @param origin the hub's scheme, host and port */
  current(origin: string): Promise<string | null>;
  /** Kept in the keychain; where there is none, used until the application ends. */
  set(token: string | null, origin: string): Promise<void>;
  canKeep(): Promise<boolean>;
}

/** A token as it may stand in a header. Throws `invalid_input`, without repeating it. */
export function checkToken(token: string): string {
  if (/^[\x21-\x7e]{1,500}$/.test(token)) return token;
  throw new AppError(
    'invalid_input',
    'This is not an access token: it has spaces, line breaks or letters that no token has, or is ' +
      'empty. Nothing was kept of it.',
  );
}

/** @param keychain null where a process has none, as on the command line */
export function createHubToken(keychain: Keychain | null, logger: Logger): HubToken {
  /** Undefined until the keychain was looked at. */
  let known: { readonly origin: string; readonly token: string } | null | undefined;

  async function kept(): Promise<typeof known> {
    try {
      const [origin, token] = ((await keychain?.read()) ?? '').split(' ');
      return origin === undefined || token === undefined ? null : { origin, token };
    } catch (error) {
      logger.warn('the kept access token cannot be read', { code: toErrorEnvelope(error).code });
      return null;
    }
  }

  return {
    async current(origin) {
      if (known === undefined) known = await kept();
      return known?.origin === origin ? known.token : null;
    },
    async set(token, origin) {
      if (token === null) {
        await keychain?.remove();
        known = null;
        return;
      }
      known = { origin, token: checkToken(token) };
      if (await keychain?.canKeep()) await keychain?.write(`${origin} ${token}`);
    },
    canKeep: async () => (await keychain?.canKeep()) ?? false,
  };
}
