import { AppError, type ErrorCode } from '../../contract/errors.ts';
import type { TeamProblem, TeamProblemCode } from '../../contract/team.ts';

const codes = {
  file_missing: 'team_file_missing',
  file_not_downloaded: 'team_file_missing',
  file_foreign: 'team_file_foreign',
  file_newer: 'team_file_newer',
  file_damaged: 'team_file_damaged',
  file_unreachable: 'team_problem',
  disk_full: 'disk_full',
  rival_accounts: 'team_problem',
  failed: 'team_problem',
} as const satisfies Record<TeamProblemCode, ErrorCode>;

/** What keeps a library from being shared, as an error. */
export function problemError({ code, message }: TeamProblem, file: string): AppError {
  return new AppError(codes[code], message, { details: { file, problem: code } });
}
