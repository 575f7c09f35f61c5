import { UsageError } from './usage-error.ts';

/** How many of something an option asks for, 0 where it is not given. Throws `UsageError`. */
export function countOption(name: string, text: string | undefined, most: number): number {
  if (text === undefined) return 0;
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (count <= most) return count;
  throw new UsageError(`--${name} must be a whole number from 0 to ${most}, not "${text}".`);
}
