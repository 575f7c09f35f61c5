import { AppError } from '../contract/errors.ts';
import type { Answer } from './http-get.ts';
import { Interruption } from './interruption.ts';

/** What was asked for, for the words of a refusal. */
export interface Asked {
  readonly repository: string;
  readonly revision: string;
  readonly hasToken: boolean;
  /** Whether there is a token that is not sent, because others could read it on the way. */
  readonly isTokenWithheld: boolean;
  /** Set once the repository's files are known: what is gone then was there before. */
  readonly commit: string | null;
}

/** Longest that a hub's wish to be left alone is honoured. */
const maxRetryAfterMs = 5 * 60_000;
const busy = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * What a status other than success means: an `AppError` where asking again is of no use,
 * `hub_refused` or `not_found`, else an `Interruption`.
 */
export function refusal(answer: Answer, asked: Asked): AppError | Interruption {
  const { status, host } = answer;
  const retryAfterMs = retryAfter(answer.headers['retry-after']);
  if (status === 429) {
    return new Interruption(`${host} asks for fewer requests`, { retryAfterMs });
  }
  // Where the hub sends us, addresses run out: asking the hub again gives a new one.
  if (busy.has(status) || !answer.isFromHub || status < 400) {
    return new Interruption(`${host} answered with the status ${status}`, { retryAfterMs });
  }
  const errorCode = answer.headers['x-error-code'];
  const details = { repository: asked.repository, status };
  if (errorCode === 'GatedRepo') {
    return new AppError('hub_refused', `${gated(asked, host)} ${kept(asked)}`, { details });
  }
  const isGone = status === 404 || status === 410;
  if (asked.commit !== null && isGone) {
    return new AppError(
      'not_found',
      `${host} no longer has ${asked.repository} as it was when this download began (commit ` +
        `${asked.commit.slice(0, 12)}). What was fetched is kept. To begin anew with what is there ` +
        'now, discard this download first.',
      { details: { ...details, commit: asked.commit } },
    );
  }
  if (isGone && errorCode === 'RevisionNotFound') {
    return new AppError(
      'not_found',
      `${asked.repository} has no branch, tag or commit "${asked.revision}" on ${host}. Nothing was fetched.`,
      { details },
    );
  }
  if (isGone || status === 401 || status === 403) {
    return new AppError(
      isGone ? 'not_found' : 'hub_refused',
      `${missing(asked, host)} ${kept(asked)}`,
      { details },
    );
  }
  return new AppError(
    'hub_refused',
    `${host} refuses to hand over ${asked.repository} (status ${status}). ${kept(asked)}`,
    { details },
  );
}

function gated({ repository, hasToken }: Asked, host: string): string {
  const page = `Accept its conditions on its page on ${host}`;
  return hasToken
    ? `${repository} is gated, and the access token's account was not let in. ${page} first.`
    : `${repository} is gated. ${page}, then set an access token.`;
}

function missing({ repository, hasToken, isTokenWithheld }: Asked, host: string): string {
  if (isTokenWithheld) {
    return (
      `${host} has no public repository ${repository}. The access token was not sent, because the ` +
      'address of this hub is not encrypted (https).'
    );
  }
  return hasToken
    ? `${host} has no ${repository}, or the access token does not open it. Check the name and the token.`
    : `${host} has no public repository ${repository}. Check the name; a private one needs an access token.`;
}

const kept = ({ commit }: Asked): string =>
  commit === null ? 'Nothing was fetched.' : 'What was fetched before is kept.';

/** Seconds or a date, in milliseconds from now and bounded; null where it says neither. */
export function retryAfter(header: string | undefined, now: number = Date.now()): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), maxRetryAfterMs);
}
