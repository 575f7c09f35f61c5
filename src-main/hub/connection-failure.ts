import { AppError } from '../contract/errors.ts';
import { Interruption } from './interruption.ts';

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its address was not found; this machine may be offline',
  EAI_AGAIN: 'its address was not found; this machine may be offline',
  ENETUNREACH: 'this machine is offline',
  EHOSTUNREACH: 'it cannot be reached from here',
  ECONNREFUSED: 'it takes no connections',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
};
/** What no further try mends: a certificate that this machine does not trust. */
const untrusted = /^(CERT_|ERR_TLS_CERT_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/**
 * A failed connection in words. An untrusted certificate is an `AppError`, everything else an
 * `Interruption`. The address itself stays out: what a hub redirects to may carry a signature.
 */
export function connectionFailure(thrown: unknown, host: string): AppError | Interruption {
  if (thrown instanceof AppError || thrown instanceof Interruption) return thrown;
  const code =
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
      ? thrown.code
      : '';
  if (untrusted.test(code)) {
    return new AppError(
      'network_failed',
      `${host} did not prove that it is itself (${code}). What was fetched before is kept. ` +
        'Something between this machine and the hub, such as a proxy, may be reading along.',
      { details: { host, reason: code } },
    );
  }
  if (code.startsWith('HPE_')) {
    return new Interruption(`${host} answered with something that is not HTTP`);
  }
  const known = Object.hasOwn(words, code) ? words[code] : undefined;
  return new Interruption(`${host}: ${known ?? 'the connection failed'}`);
}
