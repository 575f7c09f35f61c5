import type { User } from '../contract/domain.ts';
import { userStatuses, userTypes } from '../contract/domain.ts';
import { settableStatuses, userFilterSchema, type UserDetails } from '../contract/people.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { everyPage } from './pages.ts';
import { personNamed } from './person.ts';
import { listing, oneLine, table, when } from './table.ts';
import { UsageError } from './usage-error.ts';

export const usersList = defineCommand({
  name: 'users list',
  summary: 'The people of the library, by name',
  options: {
    query: {
      kind: 'text',
      value: 'TEXT',
      meaning: 'Only those whose name, address or organization has these words.',
    },
    state: { kind: 'choice', choices: userStatuses, meaning: 'Only those in this state.' },
    type: { kind: 'choice', choices: userTypes, meaning: 'Only those of this type.' },
  },
  async run(context, { options }) {
    const filter = {
      query: checkInput(userFilterSchema.query, options.query ?? ''),
      user_status: options.state ?? null,
      user_type: options.type ?? null,
    };
    const { services } = context.application();
    const principal = await member(services);
    const users = await everyPage(
      async (part) => (await services.users.list(principal, { ...filter, ...part })).users,
    );
    answer(context, users, () =>
      listing(
        'users',
        ['ID', 'TYPE', 'STATE', 'SIGNED IN', 'E-MAIL', 'NAME'],
        users.map(({ id, user_type, user_status, last_login, email, name }) => [
          ...[id, user_type, user_status, last_login === null ? 'never' : when(last_login)],
          ...[oneLine(email), oneLine(name)],
        ]),
      ),
    );
  },
});

export const usersShow = defineCommand({
  name: 'users show',
  summary: 'Somebody, and the machines that they sign in at',
  positionals: ['EMAIL-OR-ID'],
  options: {},
  async run(context, { positionals: [whom] }) {
    const { services } = context.application();
    const principal = await member(services);
    const user_id = await personNamed(services, principal, whom!);
    const details = await services.users.show(principal, { user_id });
    answer(context, details, () => inWords(details));
  },
});

const deeds = { approved: 'approve', rejected: 'reject', suspended: 'suspend' } as const;
const summaries = {
  approved: 'Let somebody in who has registered, or who was rejected or suspended',
  rejected: 'Do not let somebody in who has registered',
  suspended: 'Keep somebody out from now on; what they wrote stays',
} as const;

/** `users approve`, `users reject`, `users suspend`. */
export const usersSetStatus = settableStatuses.map((user_status) =>
  defineCommand({
    name: `users ${deeds[user_status]}`,
    summary: summaries[user_status],
    positionals: ['EMAIL-OR-ID'],
    options: {},
    async run(context, { positionals: [whom] }) {
      const { services } = context.application();
      const principal = await member(services);
      const user_id = await personNamed(services, principal, whom!);
      const user = await services.users['set-status'](principal, { user_id, user_status });
      answer(context, user, () => `${called(user)} is ${user.user_status}.`);
    },
  }),
);

export const usersSetType = defineCommand({
  name: 'users set-type',
  summary: 'Make somebody an admin, a sponsor or an editor',
  positionals: ['EMAIL-OR-ID', userTypes.join('|')],
  options: {},
  async run(context, { positionals: [whom, type] }) {
    const user_type = userTypes.find((known) => known === type);
    if (user_type === undefined) {
      throw new UsageError(
        `There is no type "${type!}". It must be one of: ${userTypes.join(', ')}.`,
      );
    }
    const { services } = context.application();
    const principal = await member(services);
    const user_id = await personNamed(services, principal, whom!);
    const user = await services.users['set-type'](principal, { user_id, user_type });
    answer(context, user, () => `${called(user)} is ${withArticle(user.user_type)} now.`);
  },
});

/** A user with their machines, for people. */
export function inWords({ user, devices }: UserDetails): string {
  const facts = table(
    ['name', oneLine(user.name)],
    [
      ['id', user.id],
      ['e-mail', oneLine(user.email, 320)],
      ['organization', oneLine(user.organization)],
      ['type', user.user_type],
      ['state', user.user_status],
      ['registered', when(user.created_on)],
      ['signed in', user.last_login === null ? 'never' : when(user.last_login)],
    ],
  );
  const machines = listing(
    'machines',
    ['MACHINE', 'SINCE', 'STATE', 'NAME'],
    devices.map(({ id, created_on, device_status, device_name }) => [
      ...[id, when(created_on), device_status, oneLine(device_name)],
    ]),
  );
  return `${facts}\n\n${machines}`;
}

const called = ({ name }: User): string => oneLine(name, 100);

const withArticle = (type: User['user_type']): string =>
  `${/^[ae]/.test(type) ? 'an' : 'a'} ${type}`;
