import { AppError } from '../../contract/errors.ts';

/** What the system says when a file cannot be written, in words and with what to do. */
export function toFileFailure(thrown: unknown, directory: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  const details = { path: directory };
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'disk_full',
        `The disk with the models (${directory}) is full. Nothing was imported, and what was ` +
          'written was deleted. Free some space and import the model again.',
        { details, cause: thrown },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError(
        'store_unwritable',
        `The folder of the models (${directory}) cannot be written to. Nothing was imported. ` +
          'Check its permissions and import the model again.',
        { details, cause: thrown },
      );
    case 'EEXIST':
    case 'ENOTDIR':
      return new AppError(
        'store_unwritable',
        `The folder of the models (${directory}) cannot be made, because a file stands in its ` +
          'place. Nothing was imported. Move the file away and import the model again.',
        { details, cause: thrown },
      );
    default:
      return thrown;
  }
}
