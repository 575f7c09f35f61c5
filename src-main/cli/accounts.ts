import { channels } from '../contract/channels.ts';
import { AppError } from '../contract/errors.ts';
import { registrableTypes } from '../contract/people.ts';
import { checkInput } from '../services/check-input.ts';
import { defineCommand, type OptionTable } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { readNewPassword } from './password.ts';
import { requireAccounts } from './sign-in.ts';
import { UsageError } from './usage-error.ts';

const profileOptions = {
  name: { kind: 'text', value: 'NAME', meaning: 'What people call you.', required: true },
  email: { kind: 'text', value: 'EMAIL', meaning: 'What you sign in with.', required: true },
  organization: { kind: 'text', value: 'NAME', meaning: 'Whom you work for.' },
} as const satisfies OptionTable;

const newPassword = `The password, of at least ten characters, is asked for twice or read with --password-fd. It never leaves
this machine.`;

export const accountsSwitchOn = defineCommand({
  name: 'accounts switch-on',
  summary: 'Make the library one for a team, and yourself its admin',
  options: profileOptions,
  isForNewAccounts: true,
  details: `From then on everybody signs in, here with --as EMAIL. What is in the library stays. There is no way back.
${newPassword}`,
  async run(context, { options }) {
    const { services } = context.application();
    const principal = services.principal();
    if ((await services.accounts.status(principal, undefined)).is_on) {
      throw new AppError('already_exists', 'This library has accounts already.');
    }
    const { name, email, organization = '', 'password-fd': descriptor } = options;
    const beginning = checkInput(channels['accounts:switch-on'].input, {
      ...{ name, email, organization },
      password: await readNewPassword(context, descriptor),
    });
    const { user } =
      principal.kind === 'visitor'
        ? (await services.library.start(principal, { mode: 'team', ...beginning })).accounts
        : await services.accounts['switch-on'](principal, beginning);
    answer(
      context,
      user,
      () => `This library has accounts now, and you are its admin. Use --as ${beginning.email}.`,
    );
  },
});

export const usersRegister = defineCommand({
  name: 'users register',
  summary: 'A new account, which waits until an admin approves it',
  options: {
    ...profileOptions,
    type: {
      kind: 'choice',
      choices: registrableTypes,
      meaning: 'What you come as: to commission documents, or to edit them.',
    },
  },
  isForNewAccounts: true,
  details: newPassword,
  async run(context, { options }) {
    const { services } = context.application();
    await requireAccounts(services);
    const { name, email, organization = '', type, 'password-fd': descriptor } = options;
    if (type === undefined) {
      throw new UsageError(`"users register" needs --type ${registrableTypes.join('|')}.`);
    }
    const { password, ...profile } = checkInput(channels['accounts:register'].input, {
      ...{ name, email, organization, user_type: type },
      password: await readNewPassword(context, descriptor),
    });
    await services.accounts.register(services.principal(), { ...profile, password });
    answer(
      context,
      { ...profile, user_status: 'pending' },
      () =>
        `Registered ${profile.email}. An admin has to approve the account before you can use it.`,
    );
  },
});

export const usersAddDevice = defineCommand({
  name: 'users add-device',
  summary: 'Ask to sign in at this machine: a further one, or after a forgotten password',
  options: { email: profileOptions.email },
  isForNewAccounts: true,
  details: newPassword,
  async run(context, { options }) {
    const { services } = context.application();
    await requireAccounts(services);
    const { email, password } = checkInput(channels['accounts:add-device'].input, {
      email: options.email,
      password: await readNewPassword(context, options['password-fd']),
    });
    await services.accounts['add-device'](services.principal(), { email, password });
    answer(
      context,
      { email },
      () =>
        'If there is such an account, this machine waits now until an admin, or its user at another machine, approves it.',
    );
  },
});

export const usersPassword = defineCommand({
  name: 'users password',
  summary: 'Change your own password on this machine',
  options: {
    'new-password-fd': {
      kind: 'text',
      value: 'N',
      meaning: 'Read the new password from this file descriptor. Default: it is asked for twice.',
    },
  },
  details: `With --as, whose password it is. At other machines of yours the password stays what it is there.`,
  async run(context, { options }) {
    const { services } = context.application();
    await requireAccounts(services);
    const principal = await member(services);
    const { password, new_password } = checkInput(channels['accounts:change-password'].input, {
      password: context.password,
      new_password: await readNewPassword(context, options['new-password-fd'], 'new-password-fd'),
    });
    await services.accounts['change-password'](principal, { password, new_password });
    answer(context, { changed: true }, () => 'The password of this machine is changed.');
  },
});
