import { candidatesIn, lookAt, lookNow, settled, type Entry } from './entries.ts';
import { isConflictName } from './conflict-names.ts';
import { errnoOf } from './disk.ts';
import { putAside } from './kept-files.ts';
import { copyOf, hasPurgedWords } from './purged-words.ts';
import { isSameMark } from './memory.ts';
import { findPlace, type Place } from './place.ts';
import { pause } from './patience.ts';
import { sweep } from './private-folder.ts';
import { problem } from './problems.ts';
import { publish } from './publish.ts';
import { readFile } from './reading.ts';
import type { Round } from './round.ts';
import {
  keepDamaged,
  purgedWords,
  readTarget,
  recoveredWords,
  stateUnread,
  takenBy,
} from './target.ts';
import type { TargetState } from './target.ts';
import type { RoundOutcome } from './types.ts';

/** How often a round begins anew because the team file changed under its hands. */
const maxTries = 3;

/**
 * One round: everything that lies in the folder is taken first, then the team file is replaced
 * where it lacks something, and then alone merged conflict copies are put away. Throws what the
 * disk and the store throw, and `SharingProblem`.
 */
export async function runRound(
  round: Round,
  file: string,
  told: { taken: number },
): Promise<RoundOutcome> {
  for (let tries = 1; ; tries += 1) {
    round.report({ state: 'checking', fraction: null });
    const place = findPlace(round.disk, file);
    round.step('sweep');
    sweep(round.disk, round.store.directory, place.folder, [...place.names]);
    const found = await takeAll(round, place, told);
    const { state } = found;
    if (state.kind === 'problem') {
      return { taken: told.taken, published: false, is_settled: false, problem: state.problem };
    }
    const isPublished = state.kind === 'behind' && (await publish(round, place, state));
    if (isPublished || state.kind === 'equal') {
      if (isPublished && state.isDamaged) {
        round.notice('A whole team file was put in the place of the damaged one.');
      }
      putMergedAway(round, place, found.candidates);
      if (isPublished || found.hasRead) {
        round.memory.keepOnly(round.disk.list(place.folder) ?? []);
      }
      const isAllThere = hasNothingNew(round);
      // The team file has the change that switched accounts on, if there is one.
      if (isAllThere) round.store.pinSwitch();
      return {
        taken: told.taken,
        published: isPublished,
        is_settled: !found.isMoving && isAllThere,
        problem: round.store.hasRivalSwitch() ? problem('rivalAccounts', place.file) : null,
      };
    }
    if (state.kind === 'moving' || tries === maxTries) {
      return { taken: told.taken, published: false, is_settled: false, problem: null };
    }
  }
}

interface Found {
  readonly state: TargetState;
  readonly candidates: readonly Entry[];
  /** Whether some file is being written to, so that it has to be read another time. */
  readonly isMoving: boolean;
  readonly hasRead: boolean;
}

/** Takes what is new in the folder: the copies first, so that the team file is compared with all. */
async function takeAll(round: Round, place: Place, told: { taken: number }): Promise<Found> {
  const { disk, memory } = round;
  const target = lookAt(disk, place.folder, place.name, place.names);
  const candidates = candidatesIn(round, place.folder, place.names, place.name);
  const isToRead = (entry: Entry) => memory.outcomeOf(entry.name, entry.stamp) === null;
  const unread = candidates.filter(isToRead);
  const unreadTarget =
    target !== null && stateUnread(round, place, target) === null ? target : null;
  const changed = unreadTarget === null ? unread : [...unread, unreadTarget];
  const quiet = await settled(round, place.folder, changed);

  let isMoving = quiet.length < changed.length;
  for (const entry of quiet) {
    if (entry !== unreadTarget) isMoving = !(await takeCandidate(round, entry, told)) || isMoving;
  }
  const found = { candidates, isMoving, hasRead: changed.length > 0 };
  if (unreadTarget === null) {
    const state = stateUnread(round, place, await lookAgainIfGone(round, place, target));
    return { ...found, state: state ?? { kind: 'moving' } };
  }
  if (!quiet.includes(unreadTarget)) return { ...found, state: { kind: 'moving' } };
  const { state, taken } = await readTarget(round, place, unreadTarget);
  told.taken += taken;
  return { ...found, state };
}

/** A file that is not there may be between being removed and being put there anew. */
async function lookAgainIfGone(
  round: Round,
  place: Place,
  target: Entry | null,
): Promise<Entry | null> {
  if (target !== null || !round.memory.isKnown()) return target;
  await pause(round.settleMs, round.signal);
  return lookNow(round.disk, place.folder, place.name);
}

/** False where the file is being written to. */
async function takeCandidate(
  round: Round,
  entry: Entry,
  told: { taken: number },
): Promise<boolean> {
  const { memory } = round;
  const reading = await unlessUnreachable(round, () => readFile(round, entry));
  if (reading === null) return true;
  told.taken += takenBy(reading);
  switch (reading.kind) {
    case 'moved on':
      return false;
    case 'damaged':
      keepDamaged(round, entry, reading.copy);
      memory.remember(entry.name, entry.stamp, 'damaged');
      round.notice(
        `The copy ${entry.name} of the team file is damaged: it was kept aside, ` +
          `${recoveredWords(reading)}. It still lies in the folder.${purgedWords(round)}`,
      );
      return true;
    case 'sound':
    case 'foreign':
    case 'newer':
    case 'alien':
      memory.remember(entry.name, entry.stamp, reading.kind);
      return true;
  }
}

/** A copy that cannot be read keeps nobody from the team file. */
async function unlessUnreachable<T>(round: Round, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === null || errno === 'ENOSPC' || errno === 'EDQUOT') throw thrown;
    round.logger.warn('a copy of the team file could not be read', { errno });
    return null;
  }
}

/** Conflict copies whose contents the team file has by now. People's own copies stay. */
function putMergedAway(round: Round, place: Place, candidates: readonly Entry[]): void {
  const { disk, memory, hostName } = round;
  for (const { name, file, stamp, sidecars } of candidates) {
    const isMerged = memory.outcomeOf(name, stamp) === 'sound' && sidecars.length === 0;
    if (!isMerged || !isConflictName(name, place.name, hostName)) continue;
    try {
      const isPurged = round.store.team.hasPurged() && hasPurgedWords(round, copyOf(round, file));
      // The last look before it goes.
      if (lookNow(disk, place.folder, name)?.stamp !== stamp) continue;
      if (isPurged) {
        round.step('remove copy');
        disk.remove(file);
        round.notice(
          `The conflict copy ${name} was merged. It held text that was purged, so it was removed.`,
        );
        continue;
      }
      round.step('put copy away');
      putAside(round, file, 'trash', name);
    } catch (thrown) {
      const errno = errnoOf(thrown);
      if (errno === null) throw thrown;
      round.logger.warn('a merged copy could not be put away', { errno });
      continue;
    }
    round.notice(`The conflict copy ${name} was merged. It is in the library's trash for copies.`);
  }
}

/** Whether nothing was written while the round went on. */
function hasNothingNew({ memory, store }: Round): boolean {
  return isSameMark(memory.shared()?.mark ?? null, store.team.mark());
}
