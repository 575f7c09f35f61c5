import type { Principal } from '../access/authorize.ts';
import { idSchema, type Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import { normalizedEmail } from '../contract/people.ts';
import { checkInput } from '../services/check-input.ts';
import type { Services } from '../services/services.ts';
import { everyPage } from './pages.ts';
import { UsageError } from './usage-error.ts';

/** The id of whom a word names: an e-mail address, or an id. Throws `UsageError` or `not_found`. */
export async function personNamed(
  services: Services,
  principal: Principal,
  word: string,
): Promise<Id> {
  if (!word.includes('@')) return checkId(word);
  const email = normalizedEmail(word);
  const filter = { query: email.slice(0, 1_000), user_status: null, user_type: null };
  const users = await everyPage(
    async (part) => (await services.users.list(principal, { ...filter, ...part })).users,
  );
  const [found, another] = users.filter((user) => normalizedEmail(user.email) === email);
  if (found === undefined) {
    throw new AppError('not_found', 'There is no account with this e-mail address.');
  }
  if (another !== undefined) {
    throw new UsageError(
      `Several accounts have this e-mail address. Name one by its id, such as ${found.id}.`,
    );
  }
  return found.id;
}

function checkId(word: string): Id {
  try {
    return checkInput(idSchema, word);
  } catch {
    throw new UsageError(
      `"${word}" is neither an e-mail address nor an id. "autodoc users list" shows both.`,
    );
  }
}
