import * as v from 'valibot';
import { AppError } from '../contract/errors.ts';
import type { CliContext } from './context.ts';
import { readLines } from './text-input.ts';

/**
 * Answers each line of standard input with a line of JSON, as it comes. An error names the
 * line it is about; what was answered before it stands.
 */
export async function forEachLine<Schema extends v.GenericSchema>(
  context: CliContext,
  schema: Schema,
  expected: string,
  work: (value: v.InferOutput<Schema>) => Promise<unknown>,
): Promise<void> {
  for await (const { number, text } of readLines(context.stdin)) {
    context.signal.throwIfAborted();
    const result = v.safeParse(schema, parseJson(text));
    if (!result.success) {
      throw new AppError('invalid_input', `Line ${number} is not ${expected}.`, {
        details: { line: number },
      });
    }
    const answer = await work(result.output).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, `Line ${number}: ${error.message}`, {
        details: { ...error.details, line: number },
        cause: error,
      });
    });
    context.output.write(`${JSON.stringify(answer)}\n`);
  }
}

/** Undefined, which no schema here accepts, when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
