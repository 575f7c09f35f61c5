import * as v from 'valibot';
import { AppError } from '../../contract/errors.ts';
import type { ModelTraining } from '../../contract/models.ts';
import { readModelJson } from './read-json.ts';

/*
 * `training-log.json`: what the makers of a model tell of its training. Autodoc's own starter has
 * one; whoever trains a model can write one of the same form.
 */

const fileName = 'training-log.json';

const text = v.pipe(v.string(), v.maxLength(500));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const time = v.pipe(v.string(), v.maxLength(40), v.isoTimestamp());
const finite = v.pipe(v.number(), v.finite());
/** A table of facts that a person can still take in. */
const mostFacts = 100;
const facts = <Value extends v.GenericSchema>(value: Value) =>
  v.pipe(v.record(name, value), v.maxEntries(mostFacts));

export const modelTrainingSchema = v.object({
  trained_by: text,
  started_on: time,
  ended_on: time,
  hardware: text,
  software: text,
  configuration: facts(v.union([finite, v.boolean(), text])),
  data: v.pipe(
    v.array(
      v.object({
        name: text,
        size_bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      }),
    ),
    v.maxLength(1_000),
  ),
  metrics: facts(finite),
}) satisfies v.GenericSchema<unknown, ModelTraining>;

/**
 * Reads a folder's `training-log.json`. Null where there is none, or one of another form: other
 * trainers keep logs under this name too, and no log is a reason to refuse a model.
 */
export async function readTrainingLog(directory: string): Promise<ModelTraining | null> {
  try {
    return await readModelJson(directory, fileName, modelTrainingSchema);
  } catch (error) {
    if (error instanceof AppError && error.code === 'model_invalid') return null;
    throw error;
  }
}
