import type { OptionTable } from './command.ts';
import { UsageError } from './usage-error.ts';

/** What is wanted of a document. */
export const workOptions = {
  brief: { kind: 'text', value: 'TEXT', meaning: 'What is wanted.' },
  due: { kind: 'text', value: 'DAY', meaning: 'Until when, such as 2026-12-24; "" for no day.' },
  'target-words': {
    kind: 'text',
    value: 'N',
    meaning: 'How long the text should get; "" for any length.',
  },
} as const satisfies OptionTable;

interface WorkOptions {
  readonly brief: string | undefined;
  readonly due: string | undefined;
  readonly 'target-words': string | undefined;
}

/** What was given of it; a day and a length that are empty are null. For the schemas to check. */
export function readWork({ brief, due, 'target-words': target }: WorkOptions) {
  return {
    ...(brief !== undefined && { brief }),
    ...(due !== undefined && { due_on: due === '' ? null : due }),
    ...(target !== undefined && { target_words: target === '' ? null : wholeNumber(target) }),
  };
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--target-words must be a whole number, not "${text}".`);
}
