import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import type { Id } from '../../contract/domain.ts';
import type { Logger } from '../../logging/logger.ts';
import type { ChangeSource } from '../../store/taking/types.ts';
import { openTeamFile } from '../../store/team-file/open-team-file.ts';
import { errnoOf, nodeDisk } from '../disk.ts';
import { maxBytes, sidecarEndings } from '../entries.ts';

/** A whole team file that somebody wants to join by. */
export interface OpenCopy {
  readonly libraryId: Id;
  readonly source: ChangeSource;
  close(): void;
}

/**
 * Opens a private copy, made in `folder`, of a team file that may be anybody's. Throws
 * `team_file_missing`, `team_file_damaged`, `team_file_newer`, `invalid_input` for what is no team
 * file, `team_problem` for what cannot be read, `disk_full`.
 */
export function openCopy(file: string, folder: string, logger: Logger): OpenCopy {
  const copy = path.join(folder, 'team-file.db');
  try {
    requireFile(file);
    nodeDisk.makeFolder(folder);
    // Whoever joins takes longer than a system waits before it brings all of it to the disk at once.
    nodeDisk.copy(file, copy, { isFlushed: true });
    nodeDisk.allow(copy, 0o600);
    const beside = sidecarEndings.filter(
      (ending) => ending !== '-shm' && nodeDisk.look(file + ending)?.kind === 'file',
    );
    for (const ending of beside) nodeDisk.copy(file + ending, copy + ending);
    return opened(
      file,
      openTeamFile({ file: copy, libraryId: null, logger, hasSidecars: beside.length > 0 }),
    );
  } catch (thrown) {
    throw failureOf(thrown, file);
  }
}

function requireFile(file: string): void {
  const found = nodeDisk.look(file);
  const real = found?.kind === 'link' ? nodeDisk.look(nodeDisk.follow(file)) : found;
  if (real === null) throw missing(file);
  if (real.kind !== 'file') throw noTeamFile(file);
  if (real.size > 0 && real.blocks === 0) {
    throw new AppError(
      'team_file_missing',
      `"${file}" is not on this machine yet: the sync service has only its name here. Nothing was ` +
        'changed. Let the service download it ("Always keep on this device") and try again.',
      { details: { file } },
    );
  }
  if (real.size > maxBytes) throw noTeamFile(file);
}

function opened(file: string, found: ReturnType<typeof openTeamFile>): OpenCopy {
  switch (found.kind) {
    case 'sound':
      return found;
    case 'damaged':
      found.close();
      throw new AppError(
        'team_file_damaged',
        `"${file}" is damaged. It is left as it is, and nothing was changed. Wait until the sync ` +
          'service is done, or ask a member of the team for another copy.',
        { details: { file } },
      );
    case 'newer':
      throw new AppError(
        'team_file_newer',
        `A newer version of Autodoc wrote "${file}". It is left as it is, and nothing was changed. ` +
          'Update Autodoc.',
        { details: { file } },
      );
    case 'foreign':
    case 'unrecognised':
      throw noTeamFile(file);
  }
}

function noTeamFile(file: string): AppError {
  return new AppError(
    'invalid_input',
    `"${file}" is no team file. It is left as it is, and nothing was changed. Choose another file.`,
    { details: { file } },
  );
}

function missing(file: string): AppError {
  return new AppError(
    'team_file_missing',
    `There is no file "${file}". Nothing was changed. Check that the drive is connected and the ` +
      'sync service is running.',
    { details: { file } },
  );
}

function failureOf(thrown: unknown, file: string): unknown {
  const errno = errnoOf(thrown);
  if (thrown instanceof AppError || errno === null) return thrown;
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return missing(file);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new AppError(
      'disk_full',
      `There is no room on this disk for what is in "${file}". Nothing was changed. Make room and ` +
        'try again.',
      { details: { file }, cause: thrown },
    );
  }
  return new AppError(
    'team_problem',
    `"${file}" could not be read, or another program holds it. Nothing was changed. Check that you ` +
      'may read it and try again.',
    { details: { file, errno }, cause: thrown },
  );
}
