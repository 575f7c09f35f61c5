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

/** Texts that a person lists, each taken to the letter. */
interface TextsParameter {
  readonly kind: 'texts';
  readonly maxCount: number;
  /** In UTF-16 code units. */
  readonly maxLength: number;
  /** Whether a text may be nothing but white space. */
  readonly mayBeBlank: boolean;
  readonly default: readonly string[];
  readonly label: string;
  readonly meaning: string;
  readonly strategies: readonly Strategy[];
}

/** Texts, each with a number: above 0 likelier, below 0 less likely. */
interface BiasesParameter {
  readonly kind: 'biases';
  readonly maxCount: number;
  /** In UTF-16 code units. */
  readonly maxLength: number;
  /** Of a bias. */
  readonly min: number;
  readonly max: number;
  readonly default: readonly TextBias[];
  readonly label: string;
  readonly meaning: string;
  readonly strategies: readonly Strategy[];
}

export interface TextBias {
  readonly text: string;
  /** Added to the score of the text's last token where the tokens before it are there. */
  readonly bias: number;
}

export type ParameterDescription =
  NumberParameter | ChoiceParameter | TextsParameter | BiasesParameter;

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
    label: 'Candidates',
    meaning:
      'How many texts a draft finds, to choose from. Not more than the beams in beam search.',
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
  bad_words: {
    kind: 'texts',
    maxCount: 1_000,
    maxLength: 200,
    mayBeBlank: false,
    default: [],
    label: 'Banned words',
    meaning:
      'Words and phrases that must not be written, in capitals or not. Parts of other words are not meant.',
    strategies: every,
  },
  stop_strings: {
    kind: 'texts',
    maxCount: 100,
    maxLength: 200,
    mayBeBlank: true,
    default: [],
    label: 'Stop strings',
    meaning: 'The text ends as soon as it has one of these, taken to the letter.',
    strategies: every,
  },
  sequence_bias: {
    kind: 'biases',
    maxCount: 500,
    maxLength: 200,
    min: -100,
    max: 100,
    default: [],
    label: 'Biased texts',
    meaning:
      'Makes a text likelier (above 0) or less likely (below 0). Taken to the letter: inside a sentence a word has a blank before it.',
    strategies: every,
  },
  rerank: {
    kind: 'choice',
    choices: [false, true],
    default: false,
    label: 'Rerank',
    meaning:
      'Puts the results in order of how likely they are, how little they repeat themselves and how well they fit the prompt.',
    strategies: ['beam', 'sample'],
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
  readonly bad_words?: readonly string[] | undefined;
  readonly stop_strings?: readonly string[] | undefined;
  readonly sequence_bias?: readonly TextBias[] | undefined;
  readonly rerank?: boolean | undefined;
  readonly seed?: number | null | undefined;
}

/** The schema of one parameter, made from its row of the table. */
function parameterSchema(description: ParameterDescription): v.GenericSchema {
  switch (description.kind) {
    case 'integer':
    case 'number':
      return numberSchema(description);
    case 'choice':
      return v.picklist([...description.choices] as never[]);
    case 'texts':
      return listSchema(textSchema(description), description);
    case 'biases': {
      const { min, max } = description;
      const bias = numberSchema({ kind: 'number', min, max, default: 0 });
      const text = textSchema({ ...description, mayBeBlank: true });
      return listSchema(v.strictObject({ text, bias }), description);
    }
  }
}

function numberSchema({
  kind,
  min,
  max,
  exclusiveMin,
  default: initial,
}: Pick<NumberParameter, 'kind' | 'min' | 'max' | 'exclusiveMin' | 'default'>): v.GenericSchema {
  const range = `from ${exclusiveMin === true ? 'above ' : ''}${min} to ${max}`;
  const number = v.pipe(
    v.number(),
    v.finite(`must be finite`),
    v.check((n) => kind === 'number' || Number.isInteger(n), 'must be a whole number'),
    v.check((n) => n <= max && (exclusiveMin === true ? n > min : n >= min), `must be ${range}`),
  );
  return initial === null ? v.nullable(number) : number;
}

function textSchema({
  maxLength,
  mayBeBlank,
}: Pick<TextsParameter, 'maxLength' | 'mayBeBlank'>): v.GenericSchema {
  return v.pipe(
    v.string(),
    v.check((text) => text !== '', 'must not be empty'),
    v.check((text) => mayBeBlank || text.trim() !== '', 'must not be blank'),
    v.maxLength(maxLength, `must be at most ${maxLength} characters long`),
    v.check((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed text'),
  );
}

function listSchema(
  item: v.GenericSchema,
  { maxCount }: Pick<TextsParameter, 'maxCount'>,
): v.GenericSchema {
  return v.pipe(v.array(item), v.maxLength(maxCount, `must be at most ${maxCount} texts`));
}

/** A list of banned words on its own. */
export const bannedWordsSchema = v.pipe(
  parameterSchema(parameterTable.bad_words),
  v.transform((words) => words as readonly string[]),
);

const parameterEntries = Object.fromEntries(
  parameterNames.map((name) => [name, v.optional(parameterSchema(parameterTable[name]))]),
);

/** Checks parameters at the door. Values out of range are refused by name, never clamped. */
export const generationParametersSchema = v.pipe(
  v.strictObject({ strategy: v.picklist(strategies), ...parameterEntries }),
  v.transform((value) => value as unknown as GenerationParameters),
);
