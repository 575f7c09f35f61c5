import { AppError } from '../contract/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { get, type Answer, type Timeouts } from './http-get.ts';
import { Interruption } from './interruption.ts';
import { refusal } from './refusal.ts';
import { readListing, type Listing } from './repository-listing.ts';
import type { RepositoryReference } from './repository-name.ts';

export interface HubClientOptions {
  readonly endpoint: Endpoint;
  /** For private and gated repositories; null for none. */
  readonly token: string | null;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` stand. */
  readonly environment: NodeJS.ProcessEnv;
  readonly appVersion: string;
  readonly timeouts: Timeouts;
}

/** Part of a file: bytes [start, end). */
export interface FileRequest {
  readonly repository: string;
  readonly commit: string;
  readonly path: string;
  readonly range: { readonly start: number; readonly end: number } | null;
  /** Only if it is still this very file, by its strong ETag; a changed one comes whole. */
  readonly ifRange: string | null;
  /** Past any cache on the way. */
  readonly afresh: boolean;
}

/**
 * A hub as Hugging Face's: what a repository holds, and its files. Rejects with an
 * `Interruption`, an `AppError`, or the signal's reason.
 */
export interface HubClient {
  readonly endpoint: Endpoint;
  list(reference: RepositoryReference, signal: AbortSignal): Promise<Listing>;
  /** Answers 200 or 206, or 416 for a range that the file does not have. */
  file(request: FileRequest, signal: AbortSignal): Promise<Answer>;
}

/** A repository of thirty thousand files. */
const maxListingBytes = 10 * 2 ** 20;

export function createHubClient(options: HubClientOptions): HubClient {
  const { endpoint, token, environment, timeouts } = options;
  const authority = {
    hasToken: token !== null && endpoint.isPrivate,
    isTokenWithheld: token !== null && !endpoint.isPrivate,
  };

  const fetchFrom = (
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> =>
    get(`${endpoint.url}${path}`, {
      ...{ endpoint, token, environment, timeouts, signal },
      headers: { 'user-agent': `autodoc/${options.appVersion}`, ...headers },
    });

  async function listOnce(
    { repository, revision }: RepositoryReference,
    signal: AbortSignal,
  ): Promise<Listing> {
    const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
    const answer = await fetchFrom(path, { accept: 'application/json' }, signal);
    if (answer.status !== 200) {
      answer.discard();
      throw refusal(answer, { repository, revision, ...authority, commit: null });
    }
    const text = await readText(answer);
    const listing = readListing(parseJson(text));
    if (listing !== null) return listing;
    throw new Interruption(
      `${answer.host} did not answer as a hub does; a login page or a proxy may stand in between`,
    );
  }

  return {
    endpoint,

    async list(reference, signal) {
      const listing = await listOnce(reference, signal);
      const { repository } = listing;
      // An old name is redirected, and the redirect may have lost what was asked of it.
      return listing.hasSizes || repository === null || repository === reference.repository
        ? listing
        : listOnce({ ...reference, repository }, signal);
    },

    async file({ repository, commit, path, range, ifRange, afresh }, signal) {
      const name = path.split('/').map(encodeURIComponent).join('/');
      const answer = await fetchFrom(
        `/${repository}/resolve/${commit}/${name}`,
        {
          ...(range !== null && { range: `bytes=${range.start}-${range.end - 1}` }),
          ...(range !== null && ifRange !== null && { 'if-range': ifRange }),
          ...(afresh && { 'cache-control': 'no-cache' }),
        },
        signal,
      );
      if ([200, 206, 416].includes(answer.status)) return answer;
      answer.discard();
      throw refusal(answer, { repository, revision: commit, ...authority, commit });
    },
  };
}

async function readText(answer: Answer): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.chunks()) {
    bytes += chunk.byteLength;
    if (bytes > maxListingBytes) {
      throw new AppError(
        'hub_refused',
        `${answer.host} answered with more than a list of a model's files. Nothing was fetched. ` +
          'Check the name of the repository.',
        { details: { bytes } },
      );
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Null, which is no listing, when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
