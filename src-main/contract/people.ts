import * as v from 'valibot';
import {
  maxNameLength,
  userStatuses,
  userTypes,
  wellFormed,
  type Id,
  type User,
} from './domain.ts';

/*
 * People: who they are, which machines they sign with, what a library says of its accounts.
 * A library starts open: whoever sits at the machine is an owner and nobody signs in.
 */

export const personNameSchema = v.pipe(
  wellFormed,
  v.trim(),
  v.minLength(1, 'a name must not be empty'),
  v.maxLength(maxNameLength),
);
export const organizationSchema = v.pipe(wellFormed, v.trim(), v.maxLength(maxNameLength));
/** The longest address that mail knows (RFC 5321), and no more of its grammar than anybody needs. */
export const emailSchema = v.pipe(
  wellFormed,
  v.trim(),
  v.maxLength(320),
  v.regex(/^[^\s@]+@[^\s@]+$/u, 'an e-mail address has one @ and no spaces'),
);
export const minPasswordLength = 10;
/** Text that is compared by its bytes: "é" typed on two systems is the same password. */
export const passwordSchema = v.pipe(v.string(), v.maxLength(1_000), v.normalize('NFC'));
export const newPasswordSchema = v.pipe(
  passwordSchema,
  v.minLength(minPasswordLength, `a password has at least ${minPasswordLength} characters`),
);

/** Two spellings of one address are one account. */
export function normalizedEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** The types that a person may register as; only an admin makes an admin. */
export const registrableTypes = ['sponsor', 'editor'] as const;

export const profileSchema = {
  name: personNameSchema,
  email: emailSchema,
  organization: organizationSchema,
};

/** What an admin may make of an account. Pending is where it begins. */
export const settableStatuses = ['approved', 'rejected', 'suspended'] as const;

export const userFilterSchema = {
  /** Words that a name, an address or an organization has. */
  query: v.pipe(v.string(), v.maxLength(1_000)),
  user_status: v.nullable(v.picklist(userStatuses)),
  user_type: v.nullable(v.picklist(userTypes)),
};

export const userDeviceStatuses = ['pending', 'approved', 'revoked'] as const;
export type UserDeviceStatus = (typeof userDeviceStatuses)[number];

/** A machine that a user signs changes with. The private key never leaves it. */
export interface UserDevice {
  readonly id: Id;
  readonly user_id: Id;
  /** What the machine calls itself. */
  readonly device_name: string;
  readonly device_status: UserDeviceStatus;
  readonly created_on: string;
}

export interface UserPage {
  readonly users: readonly User[];
  readonly total: number;
}

/** A user singly, for an admin and for themselves. */
export interface UserDetails {
  readonly user: User;
  readonly devices: readonly UserDevice[];
}

/** Whether this library asks people to sign in, and who has. */
export interface AccountsStatus {
  readonly is_on: boolean;
  /** Who works here now: the owner of an open library, or who signed in; null for nobody. */
  readonly user: User | null;
  /** Signed in, but away: nothing is answered until the password is given again. */
  readonly is_locked: boolean;
  /** The address that was asked to be remembered on this machine; empty for none. */
  readonly remembered_email: string;
}
