import { initial } from './0001-initial.ts';
import { autodocCandidates } from './0002-autodoc-candidates.ts';
import { peopleAndWork } from './0003-people-and-work.ts';
import { team } from './0004-team.ts';
import type { Migration } from './migration.ts';
import { accountsState } from './state-0002-accounts.ts';
import { initialState } from './state-0001-initial.ts';
import { teamState } from './state-0003-team.ts';

export type { Migration } from './migration.ts';

/*
 * Every step of each database, in order: the N-th entry leads to `user_version` N. A static
 * list, because a folder read at run time is gone once the application is bundled.
 */

export const replicaMigrations: readonly Migration[] = [
  initial,
  autodocCandidates,
  peopleAndWork,
  team,
];
export const stateMigrations: readonly Migration[] = [initialState, accountsState, teamState];
