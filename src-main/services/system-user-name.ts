import { userInfo } from 'node:os';

/** What the system calls whoever works here. */
export function systemUserName(): string {
  try {
    return userInfo().username || 'Me';
  } catch {
    // Some containers run under a number without a name.
    return 'Me';
  }
}
