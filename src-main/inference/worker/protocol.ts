import * as v from 'valibot';
import { bannedWordsSchema, generationParametersSchema } from '../../contract/generation.ts';
import { devices, variants } from '../../contract/models.ts';
import { errorEnvelopeSchema } from '../../contract/worker-messages.ts';
import { attentionForms } from '../graph/device-form.ts';
import { modelCardSchema } from '../model-store/card-file.ts';

/*
 * What the client and the engine's process say to each other. Each side checks what it is given:
 * a version mix-up or a damaged message ends in a clear error, not in strange behaviour later.
 */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const tokenIds = v.array(count);
const device = v.picklist(devices);
const variant = v.picklist(variants);
const directory = v.pipe(v.string(), v.minLength(1));
const choice = {
  directory,
  device,
  variant,
  form: v.optional(v.picklist(attentionForms), 'fused'),
  /** Whether to fail where the device does not take the model, instead of going elsewhere. */
  isDeviceRequired: v.optional(v.boolean(), false),
};
const none = v.undefined();

/** Every operation: what it is asked with, what it answers and what it reports on the way. */
export const operations = {
  generate: {
    input: v.strictObject({
      ...choice,
      promptTokenIds: tokenIds,
      parameters: generationParametersSchema,
      bannedWords: v.optional(bannedWordsSchema),
      readsOnlyChanges: v.optional(v.boolean()),
    }),
    output: v.strictObject({
      sequences: v.array(
        v.strictObject({
          tokenIds,
          text: v.string(),
          score: v.number(),
          ranking: v.nullable(
            v.strictObject({
              mean_log_prob: v.number(),
              distinct: v.number(),
              fit: v.number(),
              total: v.number(),
            }),
          ),
        }),
      ),
      device,
      variant,
      fallBack: v.nullable(v.string()),
      seed: v.number(),
      timings: v.strictObject({
        loadMs: v.number(),
        prefillMs: v.number(),
        decodeMs: v.number(),
        tokensPerSecond: v.number(),
      }),
    }),
    progress: v.strictObject({
      text: v.string(),
      tokens: count,
      maxNewTokens: count,
      tokensPerSecond: v.number(),
      device,
      variant,
    }),
  },
  score: {
    input: v.strictObject({ ...choice, tokenIds, alternatives: count }),
    output: v.strictObject({
      tokenIds,
      logProbs: v.array(v.number()),
      alternatives: v.array(v.array(v.strictObject({ tokenId: count, logProb: v.number() }))),
    }),
    progress: none,
  },
  tokenize: {
    input: v.strictObject({ directory, text: v.string() }),
    output: v.strictObject({ tokenIds, offsets: v.array(count) }),
    progress: none,
  },
  detokenize: {
    input: v.strictObject({ directory, tokenIds }),
    output: v.string(),
    progress: none,
  },
  tokenTexts: {
    input: v.strictObject({ directory, tokenIds }),
    output: v.array(v.string()),
    progress: none,
  },
  prepareModel: {
    input: v.strictObject({
      source: directory,
      origin: v.exactOptional(v.string()),
      modelsDirectory: directory,
      name: v.string(),
      bundled: v.boolean(),
      variants: v.exactOptional(v.array(variant)),
    }),
    output: modelCardSchema,
    progress: v.strictObject({ message: v.string(), fraction: v.number() }),
  },
  measureModel: {
    input: v.strictObject({
      directory,
      text: v.picklist(['sample', 'documents']),
      documents: v.array(v.string()),
    }),
    output: modelCardSchema,
    progress: v.strictObject({ message: v.string(), fraction: v.number() }),
  },
  probe: {
    /** An empty folder for what the probe writes; who asks deletes it. */
    input: v.strictObject({ device, directory }),
    output: v.strictObject({
      form: v.nullable(v.picklist(attentionForms)),
      reason: v.string(),
      variants: v.array(v.strictObject({ variant, stepMs: v.number() })),
      cpuStepMs: v.nullable(v.number()),
    }),
    progress: none,
  },
} as const;

export type Operation = keyof typeof operations;
export type OperationInput<Name extends Operation> = v.InferInput<
  (typeof operations)[Name]['input']
>;
/** The input after its schema. */
export type OperationPayload<Name extends Operation> = v.InferOutput<
  (typeof operations)[Name]['input']
>;
export type OperationOutput<Name extends Operation> = v.InferOutput<
  (typeof operations)[Name]['output']
>;
export type OperationProgress<Name extends Operation> = v.InferOutput<
  (typeof operations)[Name]['progress']
>;

const operationNames = Object.keys(operations) as [Operation, ...Operation[]];

/** To the engine. `input` is checked by its operation's schema. */
export const requestSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('request'),
    id: count,
    operation: v.picklist(operationNames),
    input: v.unknown(),
  }),
  v.strictObject({ type: v.literal('cancel'), id: count }),
  /** Cancel everything, then end. */
  v.strictObject({ type: v.literal('end') }),
]);
export type EngineRequest = v.InferOutput<typeof requestSchema>;

/** From the engine. `value` is checked by its operation's schema. */
export const responseSchema = v.variant('type', [
  v.strictObject({ type: v.literal('result'), id: count, value: v.unknown() }),
  v.strictObject({ type: v.literal('progress'), id: count, value: v.unknown() }),
  v.strictObject({
    type: v.literal('error'),
    id: count,
    error: errorEnvelopeSchema,
    /** The stack of an error that is a bug, for the log. */
    stack: v.nullable(v.string()),
  }),
  v.strictObject({
    type: v.literal('model'),
    id: count,
    state: v.variant('type', [
      v.strictObject({ type: v.literal('loading') }),
      v.strictObject({ type: v.literal('ready'), device, variant }),
    ]),
  }),
]);
export type EngineResponse = v.InferOutput<typeof responseSchema>;
