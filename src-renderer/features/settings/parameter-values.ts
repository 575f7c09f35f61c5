import {
  parameterNames,
  parameterTable,
  type GenerationParameters,
  type ParameterDescription,
  type ParameterName,
  type Strategy,
  type TextBias,
} from '../../../src-main/contract/generation.ts';

/** A parameter's value where it is one thing and not a list. */
export type SingleValue = number | boolean | string | null;
export type ParameterValue = SingleValue | readonly string[] | readonly TextBias[];

/** A parameter's row of the contract's table, without the types of its single values. */
export function describe(name: ParameterName): ParameterDescription {
  return parameterTable[name];
}

/** What a field's text means, or why it means nothing. */
export type ReadValue =
  | { readonly ok: true; readonly value: SingleValue }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads what a person typed for a parameter that is a number or a choice. Empty means "not
 * used" where the parameter may be unused.
 */
export function readValue(name: ParameterName, text: string): ReadValue {
  const description = describe(name);
  const trimmed = text.trim();
  switch (description.kind) {
    case 'choice': {
      const value = description.choices.find((choice) => String(choice) === trimmed);
      return value === undefined
        ? { ok: false, problem: 'Choose one of the values.' }
        : { ok: true, value };
    }
    case 'integer':
    case 'number':
      if (trimmed === '' && description.default === null) return { ok: true, value: null };
      return readNumber(trimmed, description, rangeText(name));
    case 'texts':
    case 'biases':
      return { ok: false, problem: 'This is a list.' };
  }
}

/** A number as people write it, within its range. `range` is the range in words. */
export function readNumber(
  text: string,
  { kind, min, max, exclusiveMin }: NumberRange,
  range: string,
):
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: string } {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, problem: `Enter a number, ${range}.` };
  // People write 0,8 in half of the world.
  const value = Number(trimmed.replace(',', '.'));
  if (!Number.isFinite(value)) return { ok: false, problem: `“${trimmed}” is not a number.` };
  if (kind === 'integer' && !Number.isInteger(value)) {
    return { ok: false, problem: 'Enter a whole number.' };
  }
  if (value > max || (exclusiveMin === true ? value <= min : value < min)) {
    return { ok: false, problem: `Out of range: ${range}.` };
  }
  return { ok: true, value };
}

interface NumberRange {
  readonly kind: 'integer' | 'number';
  readonly min: number;
  readonly max: number;
  readonly exclusiveMin?: boolean;
}

/** What a parameter may be, in words: `1 to 64`, `above 0, up to 1`, `true, false or never`. */
export function rangeText(name: ParameterName): string {
  const description = describe(name);
  switch (description.kind) {
    case 'choice':
      return description.choices
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1');
    case 'texts':
      return `up to ${description.maxCount.toLocaleString('en')} texts`;
    case 'biases':
      return `up to ${description.maxCount.toLocaleString('en')} texts, each ${description.min} to ${description.max}`;
    case 'integer':
    case 'number': {
      const { min, max, exclusiveMin } = description;
      const most = max.toLocaleString('en');
      return exclusiveMin === true ? `above ${min}, up to ${most}` : `${min} to ${most}`;
    }
  }
}

/** Whether a parameter is switched on or off. */
export function isSwitch(description: ParameterDescription): boolean {
  return (
    description.kind === 'choice' &&
    description.choices.length === 2 &&
    description.choices.every((choice) => typeof choice === 'boolean')
  );
}

/** What stands in the place of a value that says nothing. */
export function emptyText(name: ParameterName): string {
  const { kind } = describe(name);
  return kind === 'texts' || kind === 'biases' ? 'none' : 'not used';
}

/** A value as a field shows it; lists in one line. */
export function valueText(value: ParameterValue): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return value
    .map((entry) => (typeof entry === 'string' ? entry : `${entry.text} (${entry.bias})`))
    .join(', ');
}

/** Whether two values say the same. */
export function isSameValue(one: ParameterValue, other: ParameterValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function valueOf(parameters: GenerationParameters, name: ParameterName): ParameterValue {
  const value = parameters[name];
  return value === undefined ? describe(name).default : value;
}

/** A list of texts out of a value; of anything else none. */
export function textsIn(value: ParameterValue): readonly string[] {
  return entriesIn(value).filter((entry) => typeof entry === 'string');
}

/** A list of texts with a number each out of a value; of anything else none. */
export function biasesIn(value: ParameterValue): readonly TextBias[] {
  return entriesIn(value).filter((entry) => typeof entry !== 'string');
}

function entriesIn(value: ParameterValue): readonly (string | TextBias)[] {
  return value !== null && typeof value === 'object' ? value : [];
}

/** The parameters with one of them changed; a default is left out, so that it can move with the table. */
export function withValue(
  parameters: GenerationParameters,
  name: ParameterName,
  value: ParameterValue,
): GenerationParameters {
  const { [name]: _replaced, ...rest } = parameters;
  return isSameValue(value, describe(name).default) ? rest : { ...rest, [name]: value };
}

/** The parameters with nothing said that the table says already. */
export function withoutDefaults(parameters: GenerationParameters): GenerationParameters {
  return parameterNames.reduce<GenerationParameters>(
    (rest, name) => withValue(rest, name, valueOf(parameters, name)),
    { strategy: parameters.strategy },
  );
}

export function isUsedBy(name: ParameterName, strategy: Strategy): boolean {
  return describe(name).strategies.includes(strategy);
}
