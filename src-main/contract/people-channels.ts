import * as v from 'valibot';
import { auditFilterSchema, type AuditPage } from './audit.ts';
import { channel } from './channel.ts';
import { idSchema, userTypes, type User } from './domain.ts';
import {
  emailSchema,
  newPasswordSchema,
  passwordSchema,
  profileSchema,
  registrableTypes,
  settableStatuses,
  userFilterSchema,
  type AccountsStatus,
  type UserDetails,
  type UserPage,
} from './people.ts';
import { draftFormats } from './exchange.ts';

const nothing = v.undefined();
const ofUser = v.strictObject({ user_id: idSchema });
const ofDevice = v.strictObject({ device_id: idSchema });
export const pageSchema = {
  offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
};

/** Accounts, users and what they did. */
export const peopleChannels = {
  'accounts:status': channel<AccountsStatus>()(nothing),
  /** Makes an open library one with accounts; whoever asks becomes its admin. There is no way back. */
  'accounts:switch-on': channel<AccountsStatus>()(
    v.strictObject({ ...profileSchema, password: newPasswordSchema }),
  ),
  /** A new account, which waits until an admin approves it. */
  'accounts:register': channel<null>()(
    v.strictObject({
      ...profileSchema,
      user_type: v.picklist(registrableTypes),
      password: newPasswordSchema,
    }),
  ),
  'accounts:sign-in': channel<AccountsStatus>()(
    v.strictObject({
      email: emailSchema,
      password: passwordSchema,
      /** Whether this machine offers the address next time. */
      remember: v.boolean(),
    }),
  ),
  'accounts:sign-out': channel<AccountsStatus>()(nothing),
  'accounts:lock': channel<AccountsStatus>()(nothing),
  'accounts:unlock': channel<AccountsStatus>()(v.strictObject({ password: passwordSchema })),
  /**
   * Asks that this machine may sign for an account: for a further machine, and for a forgotten
   * password. The answer is the same whether or not there is such an account.
   */
  'accounts:add-device': channel<null>()(
    v.strictObject({ email: emailSchema, password: newPasswordSchema }),
  ),
  /** Of this machine: another machine of the same user keeps its own. */
  'accounts:change-password': channel<null>()(
    v.strictObject({ password: passwordSchema, new_password: newPasswordSchema }),
  ),
  'accounts:update': channel<User>()(v.strictObject(profileSchema)),

  /** By name. */
  'users:list': channel<UserPage>()(v.strictObject({ ...userFilterSchema, ...pageSchema })),
  'users:show': channel<UserDetails>()(ofUser),
  'users:set-status': channel<User>()(
    v.strictObject({ user_id: idSchema, user_status: v.picklist(settableStatuses) }),
  ),
  'users:set-type': channel<User>()(
    v.strictObject({ user_id: idSchema, user_type: v.picklist(userTypes) }),
  ),
  'users:approve-device': channel<UserDetails>()(ofDevice),
  'users:revoke-device': channel<UserDetails>()(ofDevice),
  /** For who lost all their machines: approves this one and revokes all others. */
  'users:reset': channel<UserDetails>()(ofDevice),

  'audit:list': channel<AuditPage>()(
    v.strictObject({ ...auditFilterSchema.entries, ...pageSchema }),
  ),
  /** Asks for a file with the system's dialog; null when the user closed it, else where it lies. */
  'audit:export': channel<string | null>()(
    v.strictObject({ ...auditFilterSchema.entries, format: v.picklist(draftFormats) }),
  ),
} as const;
