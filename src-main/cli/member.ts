import type { Principal } from '../services/access.ts';
import type { Services } from '../services/services.ts';

/** In whose name the command line works: a library without an owner gets one, "just me". */
export async function member(services: Services): Promise<Principal> {
  const principal = services.principal();
  if (principal.kind === 'member') return principal;
  await services.library.start(principal, { mode: 'just_me', name: '' });
  return services.principal();
}
