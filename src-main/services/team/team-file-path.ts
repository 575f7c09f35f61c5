import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';

/** Files that a library lives in: replacing one from outside would ruin it. */
const ownNames: ReadonlySet<string> = new Set(['replica.db', 'state.db']);

/**
 * Where a team file is, or is to be, as an absolute path. Throws `invalid_input` for what can be
 * none and `team_file_missing` where its folder is not there.
 */
export function teamFilePath(given: string): string {
  const file = path.resolve(given);
  if (given === '' || given.includes('\0') || path.basename(file) === '') {
    throw new AppError('invalid_input', `"${given}" names no file. Nothing was changed.`);
  }
  if (ownNames.has(path.basename(file).toLowerCase())) {
    throw new AppError(
      'invalid_input',
      `"${file}" is the file of a library, not of a team. Nothing was changed. Name another file, ` +
        'in the folder that your sync service watches.',
    );
  }
  if (isFolder(file)) {
    throw new AppError(
      'invalid_input',
      `"${file}" is a folder. Nothing was changed. Name a file in it.`,
    );
  }
  const folder = path.dirname(file);
  if (!isFolder(folder)) {
    throw new AppError(
      'team_file_missing',
      `There is no folder "${folder}". Nothing was changed. Make it, or name another.`,
      { details: { file } },
    );
  }
  return file;
}

/** Where a new team file is to be. Throws `already_exists` where anything is there, too. */
export function newTeamFilePath(given: string): string {
  const file = teamFilePath(given);
  if (!isAnything(file)) return file;
  throw new AppError(
    'already_exists',
    `There is a file "${file}" already, and it is left as it is. Name another one, or join it if it is a team file.`,
    { details: { file } },
  );
}

function isFolder(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // May not be looked at, or leads in a circle.
    return false;
  }
}

function isAnything(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
