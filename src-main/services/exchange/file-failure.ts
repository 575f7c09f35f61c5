import { AppError } from '../../contract/errors.ts';

/** A file that could not be read, for people. What is no failure of the file's stays as it is. */
export function readFailure(error: unknown, source: string): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('not_found', `${source} is not there.`, { cause: error });
    case 'EISDIR':
      return new AppError('invalid_input', `${source} is a folder, not a file.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new AppError('not_allowed', `${source} may not be read by this user.`, {
        cause: error,
      });
    default:
      return error;
  }
}

/** A file that could not be written, for people. The file that was there before is still there. */
export function writeFailure(error: unknown, target: string): unknown {
  const kept = 'What was there before is kept.';
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('not_found', `The folder of ${target} is not there. Make it first.`, {
        cause: error,
      });
    case 'EISDIR':
      return new AppError('invalid_input', `${target} is a folder, not a file. Name a file.`, {
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError(
        'not_allowed',
        `${target} may not be written by this user. ${kept} Choose another folder.`,
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'disk_full',
        `The disk has no room for ${target}. ${kept} Make room and try again.`,
        { cause: error },
      );
    case 'ENAMETOOLONG':
      return new AppError('invalid_input', `The name of ${target} is too long. Shorten it.`, {
        cause: error,
      });
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
