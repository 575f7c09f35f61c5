import type { UserDetails } from '../contract/people.ts';
import { defineCommand } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { member } from './member.ts';
import { inWords } from './users.ts';

type DeviceCall = 'approve-device' | 'revoke-device' | 'reset';

export const usersApproveDevice = defineCommand({
  name: 'users approve-device',
  summary: 'Let somebody sign in at a further machine',
  positionals: ['MACHINE'],
  options: {},
  details: `MACHINE is an id that "users show" lists. An admin may do this, and its user, signed in at another.`,
  run: (context, { positionals: [id] }) => change(context, 'approve-device', id!),
});

export const usersRevokeDevice = defineCommand({
  name: 'users revoke-device',
  summary: 'Let somebody no longer sign in at a machine',
  positionals: ['MACHINE'],
  options: {},
  details: `What was signed with it before stays; whatever it signs from now on counts for nothing.`,
  run: (context, { positionals: [id] }) => change(context, 'revoke-device', id!),
});

export const usersReset = defineCommand({
  name: 'users reset',
  summary: 'For who lost all their machines: approve this one, revoke all others',
  positionals: ['MACHINE'],
  options: {},
  details: `Its user asks for it first, at the new machine: autodoc users add-device --email EMAIL`,
  run: (context, { positionals: [id] }) => change(context, 'reset', id!),
});

async function change(context: CliContext, call: DeviceCall, device_id: string): Promise<void> {
  const { services } = context.application();
  const principal = await member(services);
  const details: UserDetails = await services.users[call](principal, { device_id });
  answer(context, details, () => inWords(details));
}
