import * as v from 'valibot';
import {
  generationParametersSchema,
  parameterNames,
  parameterTable,
  strategies,
  type GenerationParameters,
  type ParameterDescription,
  type ParameterName,
  type TextBias,
} from '../contract/generation.ts';
import type { Option, OptionTable } from './command.ts';
import { UsageError } from './usage-error.ts';

/** `no_repeat_ngram_size` as it is typed: `no-repeat-ngram-size`. */
const kebab = (name: string): string => name.replaceAll('_', '-');

/** The table of generation parameters as options. */
export const parameterOptions: OptionTable = {
  strategy: {
    kind: 'choice',
    choices: strategies,
    meaning: 'How the text is chosen. Default beam.',
  },
  ...Object.fromEntries(
    parameterNames.map((name) => [kebab(name), optionOf(parameterTable[name])]),
  ),
};

function optionOf(description: ParameterDescription): Option {
  const only =
    description.strategies.length < strategies.length
      ? ` For ${description.strategies.join(' and ')}.`
      : '';
  switch (description.kind) {
    case 'integer':
    case 'number': {
      const meaning = `${description.meaning}${initially(description.default)}${only}`;
      return { kind: 'text', value: description.kind === 'integer' ? 'N' : 'X', meaning };
    }
    case 'choice':
      return isSwitch(description)
        ? { kind: 'flag', meaning: `${description.meaning}${only}` }
        : {
            kind: 'choice',
            choices: description.choices.map(String),
            meaning: `${description.meaning}${initially(description.default)}${only}`,
          };
    case 'texts':
    case 'biases':
      return {
        kind: 'texts',
        value: description.kind === 'texts' ? 'TEXT' : 'TEXT=BIAS',
        meaning: `${description.meaning} May be given more than once.${only}`,
      };
  }
}

function initially(value: number | boolean | string | null): string {
  return value === null ? '' : ` Default ${String(value)}.`;
}

/** Off unless it is asked for: the option needs no value. */
function isSwitch(description: ParameterDescription): boolean {
  return description.kind === 'choice' && description.default === false;
}

/**
 * The parameters that were given, and no others: what is absent is the decoder's to settle.
 * Throws `UsageError` that names the option.
 */
export function readParameters(
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>,
): GenerationParameters {
  const given: Record<string, unknown> = { strategy: options.strategy ?? 'beam' };
  for (const name of parameterNames) {
    const option = options[kebab(name)];
    if (typeof option === 'string') given[name] = valueOf(name, option);
    else if (option === true) given[name] = true;
    else if (typeof option === 'object' && option.length > 0) given[name] = listOf(name, option);
  }
  const result = v.safeParse(generationParametersSchema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  // Of a list the option is named, not the place in it.
  const [place = 'strategy'] = v.getDotPath(issue)?.split('.') ?? [];
  throw new UsageError(`--${kebab(place)} ${issue.message}.`);
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function valueOf(name: ParameterName, text: string): number | boolean | string {
  const { kind } = parameterTable[name];
  if (kind === 'choice') return text === 'true' ? true : text === 'false' ? false : text;
  if (numberPattern.test(text)) return Number(text);
  throw new UsageError(`--${kebab(name)} must be a number, not "${text}".`);
}

function listOf(name: ParameterName, texts: readonly string[]): readonly (string | TextBias)[] {
  if (parameterTable[name].kind !== 'biases') return texts;
  return texts.map((given) => {
    // A text may have an equals sign in it, a number has none.
    const end = given.lastIndexOf('=');
    const bias = given.slice(end + 1);
    if (end < 0 || !numberPattern.test(bias)) {
      throw new UsageError(`--${kebab(name)} must be TEXT=BIAS with a number, not "${given}".`);
    }
    return { text: given.slice(0, end), bias: Number(bias) };
  });
}
