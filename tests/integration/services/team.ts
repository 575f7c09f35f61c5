import type { Principal } from '../../../src-main/access/authorize.ts';
import type { Id, User, UserType } from '../../../src-main/contract/domain.ts';
import type { FakeApplication, FakeApplicationOptions } from './fake-application.ts';
import { openWorkplace } from './workplace.ts';

export const password = 'a long password';

const people = {
  Ada: 'admin',
  Sam: 'sponsor',
  Sue: 'sponsor',
  Ed: 'editor',
  Eve: 'editor',
} as const satisfies Record<string, UserType>;
export type Member = keyof typeof people;
export const members = Object.keys(people) as readonly Member[];

export interface Team extends FakeApplication {
  /** Each as they were when they signed in here: with their key. */
  readonly principals: Readonly<Record<Member, Principal & { readonly kind: 'user' }>>;
  user(member: Member): User;
  id(member: Member): Id;
  signIn(member: Member): Promise<void>;
}

export const emailOf = (name: string): string => `${name.toLowerCase()}@example.org`;

/** A library with accounts: an admin, two sponsors and two editors, all approved. Ada is signed in. */
export async function openTeam(options: Partial<FakeApplicationOptions> = {}): Promise<Team> {
  const workplace = openWorkplace(options);
  const { services, library } = workplace;
  const profile = (name: string) => ({ name, email: emailOf(name), organization: 'A press' });
  await services.library.start(services.principal(), {
    mode: 'team',
    ...profile('Ada'),
    password,
  });
  const signIn = async (member: Member): Promise<void> => {
    await services.accounts['sign-in'](services.principal(), {
      email: emailOf(member),
      password,
      remember: false,
    });
  };
  const admin = services.principal();
  await services.accounts['sign-out'](admin, undefined);
  for (const [name, user_type] of Object.entries(people)) {
    if (user_type === 'admin') continue;
    const account = { ...profile(name), user_type, password };
    await services.accounts.register(services.principal(), account);
  }
  const byName = (name: string): User =>
    library
      .store()
      .users.list()
      .find((user) => user.name === name)!;
  for (const name of members.slice(1)) {
    const user_id = byName(name).id;
    await services.users['set-status'](admin, { user_id, user_status: 'approved' });
  }
  const principals: Partial<Record<Member, Principal>> = {};
  for (const member of members.toReversed()) {
    await signIn(member);
    principals[member] = services.principal();
  }
  return {
    ...workplace,
    principals: principals as Team['principals'],
    user: byName,
    id: (member) => byName(member).id,
    signIn,
  };
}
