import * as v from 'valibot';
import { AppError } from '../contract/errors.ts';

/** A value after its schema. Throws `invalid_input` that names the part which is wrong. */
export function checkInput<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new AppError(
    'invalid_input',
    path === null ? sentence(issue.message) : `${path}: ${sentence(issue.message)}`,
    { details: { path } },
  );
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}
