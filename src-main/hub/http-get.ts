import http from 'node:http';
import https from 'node:https';
import { connectionFailure } from './connection-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { Interruption } from './interruption.ts';

/*
 * The only place in Autodoc that opens a connection. Every request is a GET that a person asked
 * for, on a connection of its own.
 */

export interface Timeouts {
  /** How long a server may take to begin its answer. */
  readonly answerMs: number;
  /** A body that brings fewer than `leastBytes` in this time has stalled. */
  readonly stallMs: number;
  readonly leastBytes: number;
}

export const defaultTimeouts: Timeouts = { answerMs: 30_000, stallMs: 30_000, leastBytes: 1_024 };

export interface GetOptions {
  readonly endpoint: Endpoint;
  /** For the endpoint's own origin and nobody else; null for none. */
  readonly token: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: Timeouts;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` stand. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Of the server that answered in the end. */
  readonly host: string;
  /** Whether that server is the hub itself rather than one that it sent us to. */
  readonly isFromHub: boolean;
  /** Headers of the hub's own answers, redirects among them; the first word counts. */
  readonly hubHeaders: http.IncomingHttpHeaders;
  /** The body, once; ends the connection when it is left early. */
  chunks(): AsyncGenerator<Uint8Array, void>;
  /** Ends the connection without reading. */
  discard(): void;
}

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);
const maxHeaderBytes = 64 * 1024;

/**
 * Fetches an address of the hub, following redirects. The token stays with the hub's origin: it
 * is gone from the first hop elsewhere on, and does not come back. Rejects with an
 * `Interruption`, with `network_failed`, or with the signal's reason.
 */
export async function get(address: string, options: GetOptions): Promise<Answer> {
  const { endpoint, signal } = options;
  let url = new URL(address);
  let mayCarryToken = endpoint.isPrivate;
  let hubHeaders: http.IncomingHttpHeaders = {};
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    mayCarryToken &&= url.origin === endpoint.origin;
    const response = await send(url, mayCarryToken ? options.token : null, options);
    // What the hub says first is about the file; a later hop may be about a copy of it.
    if (url.origin === endpoint.origin) hubHeaders = { ...response.headers, ...hubHeaders };
    const { location } = response.headers;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) {
      return answerOf(response, url, { ...options, hubHeaders });
    }
    response.destroy();
    url = nextHop(location, url);
    signal.throwIfAborted();
  }
  throw new Interruption(`${endpoint.host} sends in circles`);
}

function nextHop(location: string, from: URL): URL {
  const next = URL.parse(location, from.href);
  const isWeb = next?.protocol === 'https:' || next?.protocol === 'http:';
  if (next === null || !isWeb || next.username !== '' || next.password !== '') {
    throw new Interruption(`${from.host} sends to an address that cannot be used`);
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new Interruption(`${from.host} sends to an address without encryption`);
  }
  return next;
}

function send(
  url: URL,
  token: string | null,
  { headers, timeouts, environment, signal }: GetOptions,
): Promise<http.IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const agentOptions = { keepAlive: false, proxyEnv: environment };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      clearTimeout(patience);
      reject(signal.aborted ? (signal.reason as Error) : connectionFailure(error, url.host));
    };
    const request = (isSecure ? https : http).request(url, {
      agent: isSecure ? new https.Agent(agentOptions) : new http.Agent(agentOptions),
      headers: {
        ...headers,
        // A range counts bytes of the file, not of a packed form of it.
        'accept-encoding': 'identity',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      maxHeaderSize: maxHeaderBytes,
      signal,
    });
    const patience = setTimeout(
      () => request.destroy(new Interruption(`${url.host}: it does not answer`)),
      timeouts.answerMs,
    );
    request.once('response', (response) => {
      clearTimeout(patience);
      // Said to whoever reads the body; nobody may be reading yet.
      response.on('error', () => undefined);
      resolve(response);
    });
    // Stays: a connection may fail again after it has failed once.
    request.on('error', fail);
    request.end();
  });
}

function answerOf(
  response: http.IncomingMessage,
  url: URL,
  options: GetOptions & { readonly hubHeaders: http.IncomingHttpHeaders },
): Answer {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    host: url.host,
    isFromHub: url.origin === options.endpoint.origin,
    hubHeaders: options.hubHeaders,
    chunks: () => chunksOf(response, url.host, options),
    discard: () => void response.destroy(),
  };
}

async function* chunksOf(
  response: http.IncomingMessage,
  host: string,
  { timeouts, signal }: GetOptions,
): AsyncGenerator<Uint8Array, void> {
  let sinceLastLook = 0;
  const look = setInterval(() => {
    if (sinceLastLook < timeouts.leastBytes) {
      response.destroy(new Interruption(`${host}: nothing more comes`));
    }
    sinceLastLook = 0;
  }, timeouts.stallMs);
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      sinceLastLook += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw connectionFailure(error, host);
  } finally {
    clearInterval(look);
    response.destroy();
  }
}
