import { AppError } from '../../contract/errors.ts';

const maxLength = 100;
/** Names that Windows keeps for devices, with any ending. */
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
const forbidden = /[<>:"/\\|?*\p{Cc}]/u;

/**
 * Checks a model's name, which is its folder's: the same rules on every system, so that a
 * library's settings mean the same model everywhere. Fails with `invalid_input`.
 */
export function checkModelName(name: string): void {
  const problem = nameProblem(name);
  if (problem === null) return;
  throw new AppError('invalid_input', `A model cannot be named "${name}": ${problem}.`, {
    details: { name },
  });
}

function nameProblem(name: string): string | null {
  if (name.length === 0) return 'the name is empty';
  if (name.length > maxLength) return `the name is longer than ${maxLength} characters`;
  if (!name.isWellFormed()) return 'the name is not well-formed text';
  if (forbidden.test(name)) return 'it has a character that file names must not have';
  if (name.startsWith('.')) return 'it starts with a dot';
  if (/^\s|[\s.]$/u.test(name)) return 'it starts with a space, or ends with a space or a dot';
  if (reserved.test(name)) return 'Windows keeps this name for a device';
  return null;
}
