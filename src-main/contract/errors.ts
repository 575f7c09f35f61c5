/**
 * The codes an error may carry across a process boundary or out of the command line.
 * A code is stable and for programs; the message is for people and says what happened,
 * what was kept and what to do.
 */
export const errorCodes = [
  'invalid_input',
  'not_found',
  'not_allowed',
  'already_exists',
  'stale_version',
  'stale_state',
  'sign_in_required',
  'sign_in_failed',
  'too_many_attempts',
  'account_waiting',
  'untrusted_sender',
  'store_newer',
  'store_damaged',
  'store_unwritable',
  'disk_full',
  'store_busy',
  'model_not_found',
  'model_invalid',
  'model_unsupported',
  'model_in_use',
  'prompt_empty',
  'prompt_too_long',
  'device_unavailable',
  'network_failed',
  'hub_refused',
  'team_file_missing',
  'team_file_foreign',
  'team_file_damaged',
  'team_file_newer',
  'team_problem',
  'engine_crashed',
  'out_of_memory',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts about an error that a program can use: paths, limits, ids. Never text from a document. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The only error that services throw on purpose. Everything else is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** An error as it crosses a process boundary, where classes and stacks do not survive. */
export interface ErrorEnvelope {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** What every channel answers: Electron's `ipcMain.handle` strips the type of a thrown error. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorEnvelope };

/** Any thrown value as an envelope. An error that is not an `AppError` is a bug: its text stays in the log. */
export function toErrorEnvelope(thrown: unknown): ErrorEnvelope {
  if (thrown instanceof AppError) {
    return { code: thrown.code, message: thrown.message, details: thrown.details };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Autodoc. Your text is kept. The log has the details.',
    details: {},
  };
}

/** The typed error again, on the far side of the boundary. */
export function fromErrorEnvelope(envelope: ErrorEnvelope): AppError {
  return new AppError(envelope.code, envelope.message, { details: envelope.details });
}

/** For the `default` of a switch that must be exhaustive: reaching it is a bug. */
export function assertNever(value: never): never {
  throw new Error(`Unreachable value: ${JSON.stringify(value)}`);
}
