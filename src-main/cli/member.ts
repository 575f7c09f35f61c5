import { AppError } from '../contract/errors.ts';
import type { Principal } from '../services/access.ts';
import type { Services } from '../services/services.ts';

/** In whose name the command line works: a library without an owner gets one, "just me". */
export async function member(services: Services): Promise<Principal> {
  const principal = services.principal();
  if (principal.kind === 'member') return principal;
  try {
    await services.library.start(principal, { mode: 'just_me', name: '' });
  } catch (error) {
    // Another process was faster: the owner is the same person.
    if (!(error instanceof AppError && error.code === 'already_exists')) throw error;
  }
  return services.principal();
}
