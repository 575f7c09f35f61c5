import {
  parameterNames,
  parameterTable,
  type GenerationParameters,
  type ParameterDescription,
  type ParameterName,
  type Strategy,
} from '../../../src-main/contract/generation.ts';

export type ParameterValue = number | boolean | string | null;

/** A parameter's row of the contract's table, without the types of its single values. */
export function describe(name: ParameterName): ParameterDescription {
  return parameterTable[name];
}

/** What a field's text means, or why it means nothing. */
export type ReadValue =
  | { readonly ok: true; readonly value: ParameterValue }
  | { readonly ok: false; readonly problem: string };

/** Reads what a person typed. Empty means "not used" where the parameter may be unused. */
export function readValue(name: ParameterName, text: string): ReadValue {
  const description = describe(name);
  const trimmed = text.trim();
  if (description.kind === 'choice') {
    const value = description.choices.find((choice) => String(choice) === trimmed);
    return value === undefined
      ? { ok: false, problem: 'Choose one of the values.' }
      : { ok: true, value };
  }
  if (trimmed === '') {
    return description.default === null
      ? { ok: true, value: null }
      : { ok: false, problem: `Enter a number, ${rangeText(name)}.` };
  }
  const { kind, min, max, exclusiveMin } = description;
  // People write 0,8 in half of the world.
  const value = Number(trimmed.replace(',', '.'));
  if (!Number.isFinite(value)) return { ok: false, problem: `“${trimmed}” is not a number.` };
  if (kind === 'integer' && !Number.isInteger(value)) {
    return { ok: false, problem: 'Enter a whole number.' };
  }
  if (value > max || (exclusiveMin === true ? value <= min : value < min)) {
    return { ok: false, problem: `Out of range: ${rangeText(name)}.` };
  }
  return { ok: true, value };
}

/** A parameter's range in words: `1 to 64`, `above 0, up to 1`, `true, false or never`. */
export function rangeText(name: ParameterName): string {
  const description = describe(name);
  if (description.kind === 'choice') {
    return description.choices
      .map(String)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1');
  }
  const { min, max, exclusiveMin } = description;
  const most = max.toLocaleString('en');
  return exclusiveMin === true ? `above ${min}, up to ${most}` : `${min} to ${most}`;
}

/** A value as a field shows it. */
export function valueText(value: ParameterValue): string {
  return value === null ? '' : String(value);
}

export function valueOf(parameters: GenerationParameters, name: ParameterName): ParameterValue {
  const value = parameters[name];
  return value === undefined ? describe(name).default : value;
}

/** The parameters with one of them changed; a default is left out, so that it can move with the table. */
export function withValue(
  parameters: GenerationParameters,
  name: ParameterName,
  value: ParameterValue,
): GenerationParameters {
  const { [name]: _replaced, ...rest } = parameters;
  return value === describe(name).default ? rest : { ...rest, [name]: value };
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
