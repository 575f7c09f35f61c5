import type { JsonValue } from '../log/change.ts';

/*
 * What a change says comes from whoever wrote it, perhaps a newer Autodoc or a damaged file.
 * A value of the wrong kind counts as not given; no row is refused for it.
 */

/** Half of a surrogate pair is what SQLite makes of it, in the row and in what verifies the row. */
export function textOr<Default extends string | null>(
  value: JsonValue | undefined,
  otherwise: Default,
): string | Default {
  return typeof value === 'string' ? value.toWellFormed() : otherwise;
}

export function numberOrNull(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

export function integerOrNull(value: JsonValue | undefined): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}

export function oneOf<Choice extends string>(
  value: JsonValue | undefined,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  return choices.find((choice) => choice === value) ?? otherwise;
}

export function textList(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function objectOrEmpty(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)
    : {};
}

export function integerList(value: JsonValue | undefined): readonly number[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue) => integerOrNull(item) ?? []);
}

export function objectList(
  value: JsonValue | undefined,
): readonly Readonly<Record<string, JsonValue>>[] {
  return Array.isArray(value) ? value.map((item: JsonValue) => objectOrEmpty(item)) : [];
}

/** JSON as it stands in the log; undefined where there is none, or it is not JSON. */
export function parseJson(text: string | null): JsonValue | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
