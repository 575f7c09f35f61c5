import * as v from 'valibot';
import {
  generationParametersSchema,
  parameterNames,
  parameterTable,
  strategies,
  type GenerationParameters,
  type ParameterDescription,
  type ParameterName,
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
  const initial = description.default === null ? '' : ` Default ${String(description.default)}.`;
  const meaning = `${description.meaning}${initial}${only}`;
  return description.kind === 'choice'
    ? { kind: 'choice', choices: description.choices.map(String), meaning }
    : { kind: 'text', value: description.kind === 'integer' ? 'N' : 'X', meaning };
}

/**
 * The parameters that were given, and no others: what is absent is the decoder's to settle.
 * Throws `UsageError` that names the option.
 */
export function readParameters(
  options: Readonly<Record<string, string | boolean | undefined>>,
): GenerationParameters {
  const given: Record<string, unknown> = { strategy: options.strategy ?? 'beam' };
  for (const name of parameterNames) {
    const text = options[kebab(name)];
    if (typeof text === 'string') given[name] = valueOf(name, text);
  }
  const result = v.safeParse(generationParametersSchema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UsageError(`--${kebab(v.getDotPath(issue) ?? 'strategy')} ${issue.message}.`);
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function valueOf(name: ParameterName, text: string): number | boolean | string {
  const { kind } = parameterTable[name];
  if (kind === 'choice') return text === 'true' ? true : text === 'false' ? false : text;
  if (numberPattern.test(text)) return Number(text);
  throw new UsageError(`--${kebab(name)} must be a number, not "${text}".`);
}
