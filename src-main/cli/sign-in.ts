import {
  emailSchema,
  normalizedEmail,
  passwordSchema,
  type AccountsStatus,
} from '../contract/people.ts';
import { checkInput } from '../services/check-input.ts';
import type { Services } from '../services/services.ts';
import type { Command } from './command.ts';
import type { CliContext } from './context.ts';
import { readPassword } from './password.ts';
import { UsageError } from './usage-error.ts';

interface SignInOptions {
  readonly as: string | undefined;
  readonly 'password-fd': string | undefined;
}

/** Throws `UsageError` where nobody has to sign in. */
export async function requireAccounts(services: Services): Promise<AccountsStatus> {
  const status = await services.accounts.status(services.principal(), undefined);
  if (status.is_on) return status;
  throw new UsageError(
    'This library has no accounts, and nobody has to sign in to it. ' +
      '"autodoc accounts switch-on" makes it one for a team.',
  );
}

/**
 * Signs in whom `--as` names, for as long as the process lasts. Answers the password; null where
 * nobody was to sign in. Throws `UsageError` where the options do not fit the command or the
 * library, and what signing in throws.
 */
export async function signIn(
  context: Omit<CliContext, 'password'>,
  { name, isForNewAccounts = false }: Command,
  { as, 'password-fd': descriptor }: SignInOptions,
): Promise<string | null> {
  if (as === undefined) {
    if (descriptor === undefined || isForNewAccounts) return null;
    throw new UsageError('--password-fd needs --as EMAIL: whose password it is.');
  }
  if (isForNewAccounts) {
    throw new UsageError(`"${name}" is for who cannot sign in here yet: leave out --as.`);
  }
  const { services } = context.application();
  const { remembered_email } = await requireAccounts(services);
  const email = checkInput(emailSchema, as);
  const password = checkInput(
    passwordSchema,
    await readPassword(context, descriptor, `Password of ${email}: `),
  );
  await services.accounts['sign-in'](services.principal(), {
    ...{ email, password },
    // What the window offers next time is none of a command's business.
    remember: normalizedEmail(remembered_email) === normalizedEmail(email),
  });
  return password;
}
