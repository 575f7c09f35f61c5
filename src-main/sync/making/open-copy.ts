import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import type { Id } from '../../contract/domain.ts';
import type { Logger } from '../../logging/logger.ts';
import type { ChangeSource } from '../../store/taking/types.ts';
import { countChanges } from '../../store/team-file/change-source.ts';
import {
  closeTeamFile,
  openTeamFile,
  type TeamFile,
} from '../../store/team-file/open-team-file.ts';
import { errnoOf, nodeDisk } from '../disk.ts';
import { maxBytes, sidecarEndings } from '../entries.ts';

/** A whole team file that somebody wants to join by. */
export interface OpenCopy {
  readonly libraryId: Id;
  readonly source: ChangeSource;
  close(): void;
}

/**
 * Opens a private copy, made in `folder`, of a team file that may be anybody's. What lies beside
 * it for SQLite is looked into as well: whichever of the two is whole. Throws
 * `team_file_missing`, `team_file_damaged`, `team_file_newer`, `invalid_input` for what is no team
 * file, `team_problem` for what cannot be read, `disk_full`.
 */
export function openCopy(file: string, folder: string, logger: Logger): OpenCopy {
  try {
    requireFile(file);
    return opened(file, openWhole(copyPrivately(file, folder), logger));
  } catch (thrown) {
    throw failureOf(thrown, file);
  }
}

interface Copies {
  readonly alone: string;
  /** The file with what SQLite would read together with it; null where nothing lies there. */
  readonly withSidecars: string | null;
}

function copyPrivately(file: string, folder: string): Copies {
  const alone = path.join(folder, 'alone.db');
  nodeDisk.makeFolder(folder);
  // Whoever joins takes longer than a system waits before it brings all of it to the disk at once.
  nodeDisk.copy(file, alone, { isFlushed: true });
  nodeDisk.allow(alone, 0o600);
  const journals = sidecarEndings.filter(
    (ending) => ending !== '-shm' && nodeDisk.look(file + ending)?.kind === 'file',
  );
  if (journals.length === 0) return { alone, withSidecars: null };
  const withSidecars = path.join(folder, 'beside.db');
  nodeDisk.copy(alone, withSidecars, { isFlushed: true });
  for (const ending of journals) {
    nodeDisk.copy(file + ending, withSidecars + ending);
    nodeDisk.allow(withSidecars + ending, 0o600);
  }
  return { alone, withSidecars };
}

/** A log that a file before this one has left spoils it; one of its own makes it whole. */
function openWhole({ alone, withSidecars }: Copies, logger: Logger): TeamFile {
  const bare = openTeamFile({ file: alone, libraryId: null, logger });
  if (withSidecars === null) return bare;
  let beside: TeamFile;
  try {
    beside = openTeamFile({ file: withSidecars, libraryId: null, logger, hasSidecars: true });
  } catch (thrown) {
    closeTeamFile(bare);
    throw thrown;
  }
  const isBesideBetter = tellsMore(beside, bare);
  closeTeamFile(isBesideBetter ? bare : beside);
  return isBesideBetter ? beside : bare;
}

/** What only the other one has comes with the first round, which takes from both. */
function tellsMore(beside: TeamFile, bare: TeamFile): boolean {
  if (beside.kind === 'unrecognised' || bare.kind === 'newer') return false;
  if (beside.kind !== 'sound') return bare.kind === 'unrecognised';
  if (bare.kind !== 'sound') return true;
  return (
    beside.libraryId === bare.libraryId && countChanges(beside.source) > countChanges(bare.source)
  );
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
