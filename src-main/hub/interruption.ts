/**
 * Something that another try may mend: a cut, a busy hub, an answer that does not fit. Its
 * message is a clause for people ("the connection was cut") without a full stop.
 */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** How long the hub asked to be left alone; null where it did not ask. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
