import type { CliContext } from './context.ts';
import { readSecret } from './secret.ts';
import { UsageError } from './usage-error.ts';

/** Where passwords come from: the common option, and one of `users password` alone. */
type PasswordOption = 'password-fd' | 'new-password-fd';

/** A password from a descriptor, else asked for on the terminal. */
export async function readPassword(
  { ask }: Pick<CliContext, 'ask'>,
  descriptor: string | undefined,
  question: string,
): Promise<string> {
  return descriptor === undefined ? ask(question) : ofDescriptor('password-fd', descriptor);
}

/** A password that is being chosen: typed twice, because nobody sees it. */
export async function readNewPassword(
  { ask }: Pick<CliContext, 'ask'>,
  descriptor: string | undefined,
  option: PasswordOption = 'password-fd',
): Promise<string> {
  if (descriptor !== undefined) return ofDescriptor(option, descriptor);
  const password = await ask('New password: ');
  if ((await ask('The new password again: ')) === password) return password;
  throw new UsageError('The two passwords are not the same. Nothing was changed.');
}

/** A file with a password ends in a line break, which is none of it; spaces are. */
async function ofDescriptor(option: PasswordOption, descriptor: string): Promise<string> {
  return (await readSecret(option, descriptor)).replace(/\r?\n$/, '');
}
