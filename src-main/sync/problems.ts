import path from 'node:path';
import { AppError, type ErrorCode } from '../contract/errors.ts';
import type { TeamProblem, TeamProblemCode } from '../contract/team.ts';
import { errnoOf } from './disk.ts';

/** What keeps a round from sharing, thrown from wherever it was found. */
export class SharingProblem extends Error {
  override readonly name = 'SharingProblem';
  readonly problem: TeamProblem;

  constructor(problem: TeamProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const kept = 'Your work is kept on this machine';

/** What a person is told for each of them: what happened, what was kept, what to do. */
const messages = {
  folderMissing: (file: string) =>
    `The folder of the team file is not there: ${path.dirname(file)}. ${kept} and shared once the ` +
    `folder is there again. Check that the drive is connected and the sync service is running, or say ` +
    `where the team file is now.`,
  linkBroken: (file: string) =>
    `${file} is a link to a file that is not there. ${kept}. Check that the drive is connected, or ` +
    `say where the team file is now.`,
  notAFile: (file: string) =>
    `${file} is not a file, so nothing was written there. ${kept}. Move it away, or choose another ` +
    `place for the team file.`,
  notDownloaded: (file: string) =>
    `${file} is not on this machine yet: the sync service has only its name here. ${kept}. ` +
    `Let the service download the file ("Always keep on this device").`,
  tooLarge: (file: string) =>
    `${file} is larger than any team file and was not read. ${kept}. Look what it is and move it ` +
    `away, or choose another place for the team file.`,
  foreign: (file: string) =>
    `The team file of another library lies at ${file}. Nothing of it was taken and nothing was ` +
    `written over it. ${kept}. Move it away, or choose another place for the team file.`,
  notOurs: (file: string) =>
    `${file} is no team file of this library. Nothing was written over it. ${kept}. Move it away, ` +
    `or choose another place for the team file.`,
  newer: (file: string) =>
    `A newer version of Autodoc wrote ${file}. It was left as it is. ${kept}. Update Autodoc to ` +
    `share again.`,
  damaged: (file: string, recovered: string) =>
    `The file ${file} is damaged. A copy was kept aside, ${recovered}. ${kept}. If the damage stays ` +
    `at the next check, a whole file is put in its place.`,
  unreadable: (file: string) =>
    `${file} could not be read, or another program holds it. ${kept}; Autodoc tries again. ` +
    `Check that you may read the file.`,
  unwritable: (file: string) =>
    `${file} could not be written, or another program holds it. What was there is unchanged. ${kept}; ` +
    `Autodoc tries again. Check that you may write to the folder and the file.`,
  diskFull: (file: string) =>
    `There is no room on the disk to share by ${file}. What was there is unchanged. ${kept}. ` +
    `Make room on the disk; Autodoc tries again.`,
  rivalAccounts: (file: string) =>
    `The log that is shared by ${file} says twice that accounts were switched on. This machine keeps ` +
    `to what it knew first; what was done by the other's rules counts for nothing here. ${kept}, and ` +
    `shared. Compare the fingerprint of the library with the others': whoever has another joins anew.`,
  failed: (file: string) =>
    `Sharing by ${file} did not work. What was there is unchanged. ${kept}; Autodoc tries again. ` +
    `The log has the details.`,
} as const;

const codes = {
  folderMissing: 'file_missing',
  linkBroken: 'file_missing',
  notAFile: 'file_unreachable',
  notDownloaded: 'file_not_downloaded',
  tooLarge: 'file_unreachable',
  foreign: 'file_foreign',
  notOurs: 'file_foreign',
  newer: 'file_newer',
  unreadable: 'file_unreachable',
  unwritable: 'file_unreachable',
  diskFull: 'disk_full',
  rivalAccounts: 'rival_accounts',
  failed: 'failed',
} as const satisfies Partial<Record<keyof typeof messages, TeamProblemCode>>;

export function problem(what: keyof typeof codes, file: string): TeamProblem {
  return { code: codes[what], message: messages[what](file) };
}

export function damagedProblem(file: string, recovered: string): TeamProblem {
  return { code: 'file_damaged', message: messages.damaged(file, recovered) };
}

/** The problem that an error from the disk or the store comes to; null for a cancelled round. */
export function problemOf(thrown: unknown, file: string, wasWriting: boolean): TeamProblem | null {
  if (thrown instanceof SharingProblem) return thrown.problem;
  if (thrown instanceof AppError) {
    if (thrown.code === 'cancelled') return null;
    const isOfStore: readonly ErrorCode[] = ['store_damaged', 'store_unwritable', 'store_newer'];
    if (thrown.code === 'disk_full') return problem('diskFull', file);
    // What the store says of itself is more than anything that could be said of the file.
    if (isOfStore.includes(thrown.code)) return { code: 'failed', message: thrown.message };
    return problem('failed', file);
  }
  const errno = errnoOf(thrown);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return problem('diskFull', file);
  if (errno !== null) return problem(wasWriting ? 'unwritable' : 'unreadable', file);
  return problem('failed', file);
}
