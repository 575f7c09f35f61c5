import { AppError } from '../contract/errors.ts';

/** Where models are fetched from. */
export interface Endpoint {
  /** Without a slash at its end; may have a path, as mirrors do. */
  readonly url: string;
  /** Scheme, host and port: the only place that an access token is ever sent to. */
  readonly origin: string;
  /** For people and for a model's source. */
  readonly host: string;
  /** Whether what is sent there can be read on the way by nobody else. */
  readonly isPrivate: boolean;
}

const huggingFace = 'https://huggingface.co';
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The hub at an address, Hugging Face where none is given. Throws `invalid_input`.
 *
 * @param address the environment's `HF_ENDPOINT`
 */
export function parseEndpoint(address: string | undefined): Endpoint {
  const given = address?.trim() ?? '';
  const url = URL.parse(given === '' ? huggingFace : given);
  const isUsable =
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (url === null || !isUsable) {
    throw new AppError(
      'invalid_input',
      'HF_ENDPOINT is not the address of a hub. Nothing was fetched. Set it to an address such as ' +
        `${huggingFace}, without a password or a query, or remove it.`,
    );
  }
  return {
    url: url.href.replace(/\/+$/, ''),
    origin: url.origin,
    host: url.host,
    isPrivate: url.protocol === 'https:' || loopback.test(url.hostname),
  };
}
