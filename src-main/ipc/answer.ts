import * as v from 'valibot';
import { channels, type ChannelName, type ChannelPayload } from '../contract/channels.ts';
import { AppError, toErrorEnvelope, type Result } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import { stackOf } from '../logging/stack-of.ts';
import type { Handlers } from './handlers.ts';
import { isWithinBounds } from './payload-bounds.ts';
import { isTrustedSender, type Sent, type TrustedPage } from './sender.ts';

export interface AnswerOptions {
  readonly handlers: Handlers;
  readonly page: TrustedPage;
  readonly logger: Logger;
}

/**
 * A request's way through the door: who sent it, does it fit its schema, then the handler.
 * Never rejects: Electron would strip an error of its type, so errors travel as envelopes.
 */
export async function answer(
  name: ChannelName,
  sent: Sent,
  input: unknown,
  { handlers, page, logger }: AnswerOptions,
): Promise<Result<unknown>> {
  try {
    if (!isTrustedSender(sent, page)) {
      throw new AppError('untrusted_sender', 'Refused: only the Autodoc window may ask for this.');
    }
    const payload = checkPayload(name, input);
    const handler = handlers[name] as (payload: unknown) => unknown;
    return { ok: true, value: await handler(payload) };
  } catch (error) {
    const envelope = toErrorEnvelope(error);
    if (envelope.code === 'internal') {
      logger.error('request failed', { channel: name, stack: stackOf(error) });
    } else if (envelope.code === 'untrusted_sender') {
      logger.warn('request refused', { channel: name, code: envelope.code });
    } else {
      logger.info('request failed', { channel: name, code: envelope.code });
    }
    return { ok: false, error: envelope };
  }
}

/** The argument after its schema. Throws `invalid_input` naming the place, never repeating the value. */
function checkPayload<Name extends ChannelName>(name: Name, input: unknown): ChannelPayload<Name> {
  if (!isWithinBounds(input)) {
    throw new AppError('invalid_input', `Not accepted: the request "${name}" is too large.`);
  }
  const parsed = v.safeParse(channels[name].input, input, {
    abortEarly: true,
    abortPipeEarly: true,
  });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw new AppError('invalid_input', `Not accepted: ${path ?? name} ${problemOf(issue)}.`, {
    details: { channel: name, path },
  });
}

/** Valibot's own messages end with what was received, which may be a document's text. */
function problemOf({ message, expected, received }: v.BaseIssue<unknown>): string {
  return message.endsWith(received) ? `must be ${expected ?? 'something else'}` : message;
}
