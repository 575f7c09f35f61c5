import * as v from 'valibot';
import { AppError, errorCodes, type ErrorDetails, type ErrorEnvelope } from './errors.ts';

/* What the engine's process and the sharing thread have in common in what they say and are told. */

/** An error as a worker hands it over. */
export const errorEnvelopeSchema = v.strictObject({
  code: v.picklist(errorCodes),
  message: v.string(),
  details: v.custom<ErrorDetails>((value) => typeof value === 'object' && value !== null),
}) satisfies v.GenericSchema<unknown, ErrorEnvelope>;

/** What an operation is asked with, after its schema. Throws `invalid_input` that names the wrong part. */
export function checkOperationInput(
  operation: string,
  schema: v.GenericSchema,
  input: unknown,
): unknown {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue) ?? 'the request';
  throw new AppError('invalid_input', `${operation}: ${place}: ${issue.message}.`, {
    details: { operation, place },
  });
}
