import { csvSeparators, type CsvSeparator } from '../../../contract/exchange.ts';

/** What separators are called where they cannot be written, in the order of `csvSeparators`. */
export const separatorNames = ['comma', 'semicolon', 'tab', 'pipe'] as const;

export function separatorNamed(name: (typeof separatorNames)[number]): CsvSeparator {
  return csvSeparators[separatorNames.indexOf(name)]!;
}
