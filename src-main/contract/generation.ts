import * as v from 'valibot';

/*
 * Generation parameters under Hugging Face's names, with their ranges and the words a
 * person reads. The settings screen, the command line and the checks at the door are all
 * made from this one table.
 */

export const strategies = ['beam', 'greedy', 'sample'] as const;
export type Strategy = (typeof strategies)[number];

interface NumberParameter {
  readonly kind: 'integer' | 'number';
  readonly min: number;
  readonly max: number;
  /** Whether `min` and `max` themselves are out of range. */
  readonly exclusiveMin?: boolean;
  readonly default: number | null;
  readonly label: string;
  readonly meaning: string;
  readonly strategies: readonly Strategy[];
}

interface ChoiceParameter {
  readonly kind: 'choice';
  readonly choices: readonly (boolean | string)[];
  readonly default: boolean | string;
  readonly label: string;
  readonly meaning: string;
  readonly strategies: readonly Strategy[];
}

export type ParameterDescription = NumberParameter | ChoiceParameter;

const every: readonly Strategy[] = strategies;

/**
 * Defaults are the original application's (beam search) and, where it named none, those of
 * Hugging Face's `GenerationConfig`. `null` means: not used.
 */
export const parameterTable = {
  max_length: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    default: 100,
    label: 'Maximum length',
    meaning: 'Tokens in the whole sequence, the prompt included.',
    strategies: every,
  },
  max_new_tokens: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    default: null,
    label: 'Maximum new tokens',
    meaning: 'Tokens to write after the prompt. Takes the place of the maximum length.',
    strategies: every,
  },
  min_new_tokens: {
    kind: 'integer',
    min: 0,
    max: 1_000_000,
    default: null,
    label: 'Minimum new tokens',
    meaning: 'The text may not end before this many tokens are written.',
    strategies: every,
  },
  num_beams: {
    kind: 'integer',
    min: 1,
    max: 64,
    default: 5,
    label: 'Beams',
    meaning: 'How many continuations beam search keeps side by side.',
    strategies: ['beam'],
  },
  num_return_sequences: {
    kind: 'integer',
    min: 1,
    max: 64,
    default: 1,
    label: 'Returned sequences',
    meaning: 'How many results to return. Not more than the beams in beam search.',
    strategies: ['beam', 'sample'],
  },
  no_repeat_ngram_size: {
    kind: 'integer',
    min: 0,
    max: 1_000,
    default: 4,
    label: 'No repeated n-grams of size',
    meaning: 'No run of this many tokens may occur twice. 0 allows repetition.',
    strategies: every,
  },
  early_stopping: {
    kind: 'choice',
    choices: [true, false, 'never'],
    default: true,
    label: 'Early stopping',
    meaning:
      'true: stop when as many texts as beams have ended. false: stop when a better one is unlikely. never: only when none can come.',
    strategies: ['beam'],
  },
  length_penalty: {
    kind: 'number',
    min: -100,
    max: 100,
    default: 1,
    label: 'Length penalty',
    meaning: 'Above 0 favours longer texts, below 0 shorter ones.',
    strategies: ['beam'],
  },
  repetition_penalty: {
    kind: 'number',
    min: 0,
    max: 100,
    exclusiveMin: true,
    default: 1,
    label: 'Repetition penalty',
    meaning: 'Above 1 makes tokens that already occurred less likely. 1 changes nothing.',
    strategies: every,
  },
  temperature: {
    kind: 'number',
    min: 0,
    max: 100,
    exclusiveMin: true,
    default: 1,
    label: 'Temperature',
    meaning: 'Below 1 plays safe, above 1 takes risks.',
    strategies: ['sample'],
  },
  top_k: {
    kind: 'integer',
    min: 0,
    max: 1_000_000,
    default: 50,
    label: 'Top k',
    meaning: 'Choose among this many of the likeliest tokens. 0 chooses among all.',
    strategies: ['sample'],
  },
  top_p: {
    kind: 'number',
    min: 0,
    max: 1,
    exclusiveMin: true,
    default: 1,
    label: 'Top p',
    meaning: 'Choose among the likeliest tokens that together reach this probability.',
    strategies: ['sample'],
  },
  min_p: {
    kind: 'number',
    min: 0,
    max: 1,
    default: null,
    label: 'Min p',
    meaning: "Leave out tokens below this share of the likeliest token's probability.",
    strategies: ['sample'],
  },
  typical_p: {
    kind: 'number',
    min: 0,
    max: 1,
    exclusiveMin: true,
    default: 1,
    label: 'Typical p',
    meaning: 'Choose among tokens of typical surprise that together reach this probability.',
    strategies: ['sample'],
  },
  seed: {
    kind: 'integer',
    min: 0,
    max: 4_294_967_295,
    default: null,
    label: 'Seed',
    meaning: 'The same seed gives the same text. Empty draws a new one each time.',
    strategies: ['sample'],
  },
} as const satisfies Record<string, ParameterDescription>;

export type ParameterName = keyof typeof parameterTable;
export const parameterNames = Object.keys(parameterTable) as readonly ParameterName[];

/** What a caller asks for. A parameter that is absent has the table's default. */
export interface GenerationParameters {
  readonly strategy: Strategy;
  readonly max_length?: number | undefined;
  readonly max_new_tokens?: number | null | undefined;
  readonly min_new_tokens?: number | null | undefined;
  readonly num_beams?: number | undefined;
  readonly num_return_sequences?: number | undefined;
  readonly no_repeat_ngram_size?: number | undefined;
  readonly early_stopping?: boolean | 'never' | undefined;
  readonly length_penalty?: number | undefined;
  readonly repetition_penalty?: number | undefined;
  readonly temperature?: number | undefined;
  readonly top_k?: number | undefined;
  readonly top_p?: number | undefined;
  readonly min_p?: number | null | undefined;
  readonly typical_p?: number | undefined;
  readonly seed?: number | null | undefined;
}

/** The schema of one parameter, made from its row of the table. */
function parameterSchema(description: ParameterDescription) {
  if (description.kind === 'choice') {
    return v.picklist([...description.choices] as never[]) as v.GenericSchema;
  }
  const { min, max, exclusiveMin, kind, default: initial } = description;
  const range = `from ${exclusiveMin === true ? 'above ' : ''}${min} to ${max}`;
  const number = v.pipe(
    v.number(),
    v.finite(`must be finite`),
    v.check((n) => kind === 'number' || Number.isInteger(n), 'must be a whole number'),
    v.check((n) => n <= max && (exclusiveMin === true ? n > min : n >= min), `must be ${range}`),
  );
  return (initial === null ? v.nullable(number) : number) as v.GenericSchema;
}

const parameterEntries = Object.fromEntries(
  parameterNames.map((name) => [name, v.optional(parameterSchema(parameterTable[name]))]),
);

/** Checks parameters at the door. Values out of range are refused by name, never clamped. */
export const generationParametersSchema = v.pipe(
  v.strictObject({ strategy: v.picklist(strategies), ...parameterEntries }),
  v.transform((value) => value as unknown as GenerationParameters),
);
