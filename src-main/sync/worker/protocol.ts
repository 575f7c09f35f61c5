import * as v from 'valibot';
import { idSchema } from '../../contract/domain.ts';
import { teamProblemCodes, teamStates } from '../../contract/team.ts';
import { errorEnvelopeSchema } from '../../contract/worker-messages.ts';

/*
 * What the main process and the sharing thread say to each other. Each side checks what it is
 * given: a mix-up of versions ends in a clear error, not in strange behaviour later.
 */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const filePath = v.pipe(v.string(), v.minLength(1));
const limits = v.strictObject({ count, megabytes: count });
const fraction = v.nullable(v.number());

const problem = v.strictObject({ code: v.picklist(teamProblemCodes), message: v.string() });
const made = v.strictObject({
  library_id: idSchema,
  documents: count,
  changes: count,
  accounts_are_on: v.boolean(),
});
const newLibrary = {
  directory: filePath,
  values: v.record(v.string(), v.unknown()),
  keys: v.optional(
    v.array(v.strictObject({ device_id: idSchema, user_id: idSchema, wrapped_key: v.string() })),
  ),
};

/** Every operation that is answered: what it is asked with and what it answers. */
export const operations = {
  /** Publishes what is not shared yet, as far as that goes, and shares no more. */
  stop: { input: v.strictObject({ flushMs: count }), output: v.null() },
  syncNow: {
    input: v.null(),
    output: v.strictObject({
      taken: count,
      published: v.boolean(),
      is_settled: v.boolean(),
      problem: v.nullable(problem),
    }),
  },
  lookInto: {
    input: v.strictObject({ file: filePath }),
    output: v.strictObject({
      library_id: idSchema,
      file: filePath,
      documents: count,
      members: v.array(v.string()),
      accounts_are_on: v.boolean(),
      fingerprint: v.string(),
    }),
  },
  joinLibrary: { input: v.strictObject({ ...newLibrary, file: filePath }), output: made },
  createLibrary: {
    input: v.strictObject({
      ...newLibrary,
      from: filePath,
      documentIds: v.nullable(v.array(idSchema)),
    }),
    output: made,
  },
  eraseTraces: {
    input: v.strictObject({ directory: filePath }),
    output: v.array(v.string()),
  },
} as const;

export type Operation = keyof typeof operations;
export type OperationInput<Name extends Operation> = v.InferOutput<
  (typeof operations)[Name]['input']
>;
export type OperationOutput<Name extends Operation> = v.InferOutput<
  (typeof operations)[Name]['output']
>;

const operationNames = Object.keys(operations) as [Operation, ...Operation[]];

/** To the thread. `input` is checked by its operation's schema. */
export const requestSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('request'),
    id: count,
    operation: v.picklist(operationNames),
    input: v.unknown(),
  }),
  v.strictObject({ type: v.literal('cancel'), id: count }),
  v.strictObject({ type: v.literal('share'), directory: filePath, file: filePath, limits }),
  v.strictObject({ type: v.literal('limits'), limits }),
  v.strictObject({ type: v.literal('wake') }),
]);
export type WorkerRequest = v.InferOutput<typeof requestSchema>;

export const statusSchema = v.strictObject({
  state: v.picklist(teamStates),
  fraction,
  shared_on: v.nullable(v.string()),
  unshared: count,
  problem: v.nullable(problem),
});

/** From the thread. `value` is checked by its operation's schema. */
export const responseSchema = v.variant('type', [
  v.strictObject({ type: v.literal('result'), id: count, value: v.unknown() }),
  v.strictObject({
    type: v.literal('error'),
    id: count,
    error: errorEnvelopeSchema,
    /** The stack of an error that is a bug, for the log. */
    stack: v.nullable(v.string()),
  }),
  v.strictObject({ type: v.literal('progress'), id: count, message: v.string(), fraction }),
  v.strictObject({ type: v.literal('status'), status: statusSchema }),
  v.strictObject({ type: v.literal('notice'), message: v.string() }),
  v.strictObject({
    type: v.literal('log'),
    level: v.picklist(['debug', 'info', 'warn', 'error']),
    scope: v.string(),
    message: v.string(),
    facts: v.optional(
      v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null(), v.undefined()])),
    ),
  }),
]);
export type WorkerResponse = v.InferOutput<typeof responseSchema>;
