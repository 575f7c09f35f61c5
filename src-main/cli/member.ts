import type { Principal } from '../access/authorize.ts';
import { AppError } from '../contract/errors.ts';
import type { Services } from '../services/services.ts';
import { UsageError } from './usage-error.ts';

/**
 * Who works here, without starting a library: for what belongs to the machine. Throws `UsageError`
 * where nobody has signed in and somebody has to.
 */
export function present(services: Services): Principal {
  const principal = services.principal();
  if (principal.kind !== 'stranger') return principal;
  throw new UsageError('This library has accounts: say in whose name, with --as EMAIL.');
}

/** In whose name the command line works: a library without an owner gets one, "just me". */
export async function member(services: Services): Promise<Principal> {
  const principal = present(services);
  if (principal.kind !== 'visitor') return principal;
  try {
    await services.library.start(principal, { mode: 'just_me', name: '' });
  } catch (error) {
    // Another process was faster: the owner is the same person.
    if (!(error instanceof AppError && error.code === 'already_exists')) throw error;
  }
  return services.principal();
}
