import path from 'node:path';
import { openTeamFile } from '../store/team-file/open-team-file.ts';
import type { Round } from './round.ts';

/**
 * Whether a private copy of a team file has words that were purged since. Such a file is not
 * kept on this machine: a purge would not reach it any more.
 */
export function hasPurgedWords({ store, logger }: Round, copy: string): boolean {
  if (!store.team.hasPurged()) return false;
  const opened = openTeamFile({ file: copy, libraryId: store.libraryId, logger });
  if (opened.kind !== 'sound') return false;
  try {
    return store.team.hasPurgedWords(opened.source);
  } finally {
    opened.close();
  }
}

export function copyOf(round: Round, file: string): string {
  const { disk, folder } = round;
  disk.makeFolder(folder);
  const copy = path.join(folder, `merged-${round.nextNumber()}.db`);
  disk.copy(file, copy);
  disk.allow(copy, 0o600);
  return copy;
}
