import path from 'node:path';
import type { TeamProblem } from '../contract/team.ts';
import { isPlaceholder, maxBytes, type Entry } from './entries.ts';
import { putAside } from './kept-files.ts';
import { isSameMark } from './memory.ts';
import type { Place } from './place.ts';
import { damagedProblem, problem } from './problems.ts';
import { readFile, type Reading } from './reading.ts';
import type { Round } from './round.ts';

/** A damaged file is let alone for so many times the pause before a file is read. */
const settlings = 5;

/** How the team file stands to the library once what it holds was taken. */
export type TargetState =
  /** They hold the same. */
  | { readonly kind: 'equal' }
  /** It lacks something, or has to be replaced. */
  | {
      readonly kind: 'behind';
      /** As it was when it was found so: nothing else may be replaced. Null: it is not there. */
      readonly entry: Entry | null;
      /** A private copy of it as it was; null where it was not read in this round, or is damaged. */
      readonly copy: string | null;
      readonly isDamaged: boolean;
    }
  /** Somebody writes to it: another time. */
  | { readonly kind: 'moving' }
  | { readonly kind: 'problem'; readonly problem: TeamProblem };

export interface ReadTarget {
  readonly state: TargetState;
  readonly taken: number;
}

/** What can be said of the team file without opening it; null where it has to be read. */
export function stateUnread(round: Round, place: Place, entry: Entry | null): TargetState | null {
  const { memory, store } = round;
  if (entry === null) {
    // What iCloud leaves of a file that it took away to make room.
    return place.names.has(`.${place.name}.icloud`)
      ? { kind: 'problem', problem: problem('notDownloaded', place.file) }
      : { kind: 'behind', entry, copy: null, isDamaged: false };
  }
  const hindrance = hindranceOf(round, place, entry);
  if (hindrance !== null) return { kind: 'problem', problem: hindrance };
  switch (memory.outcomeOf(entry.name, entry.stamp)) {
    case 'sound': {
      const shared = memory.shared();
      const isEqual =
        shared !== null &&
        shared.stamp === entry.stamp &&
        isSameMark(shared.mark, store.team.mark());
      return isEqual ? { kind: 'equal' } : { kind: 'behind', entry, copy: null, isDamaged: false };
    }
    case 'foreign':
      return { kind: 'problem', problem: problem('foreign', place.file) };
    case 'alien':
      return { kind: 'problem', problem: problem('notOurs', place.file) };
    case 'newer':
      return { kind: 'problem', problem: problem('newer', place.file) };
    case 'damaged':
      return whileDamaged(round, entry);
    case null:
      return null;
  }
}

/** Unchanged since it was found to be damaged, and not just now: no download that goes on. */
function whileDamaged({ memory, settleMs }: Round, entry: Entry): TargetState {
  const { damage } = memory;
  const isJustFound =
    damage?.stamp === entry.stamp && performance.now() - damage.foundMs < settleMs * settlings;
  return isJustFound
    ? { kind: 'problem', problem: damage.problem }
    : { kind: 'behind', entry, copy: null, isDamaged: true };
}

function hindranceOf(round: Round, { file, folder }: Place, entry: Entry): TeamProblem | null {
  if (entry.stat.kind !== 'file') return problem('notAFile', file);
  if (isPlaceholder(round, entry, folder)) return problem('notDownloaded', file);
  return entry.stat.size > maxBytes ? problem('tooLarge', file) : null;
}

/** Takes what the team file holds. */
export async function readTarget(round: Round, place: Place, entry: Entry): Promise<ReadTarget> {
  // Services touch what they have brought up, and leave its bytes as they are.
  const isTouchedAlone = round.memory.shared()?.stamp.startsWith(`${entry.stat.contentStamp}:`);
  const reading = await readFile(round, entry, { isToTheLast: isTouchedAlone !== true });
  return { state: stateAfter(round, place, entry, reading), taken: takenBy(reading) };
}

export function takenBy(reading: Reading): number {
  return 'taken' in reading ? reading.taken : 0;
}

function stateAfter(round: Round, place: Place, entry: Entry, reading: Reading): TargetState {
  const { memory } = round;
  const { name, stamp } = entry;
  if (reading.kind === 'moved on') return { kind: 'moving' };
  if (reading.kind === 'damaged') {
    keepDamaged(round, entry, reading.copy);
    memory.remember(name, stamp, 'damaged');
    const recovered = recoveredWords(reading);
    round.notice(
      `The team file was damaged: a copy was kept aside, ${recovered}.${purgedWords(round)}`,
    );
    const found = damagedProblem(place.file, recovered);
    memory.damage = { stamp, foundMs: performance.now(), problem: found };
    return { kind: 'problem', problem: found };
  }
  memory.remember(name, stamp, reading.kind);
  switch (reading.kind) {
    case 'sound':
      if (reading.isAhead) return { kind: 'behind', entry, copy: reading.copy, isDamaged: false };
      memory.share({ stamp, mark: reading.mark, on: new Date(round.now()).toISOString() });
      return { kind: 'equal' };
    case 'foreign':
      return { kind: 'problem', problem: problem('foreign', place.file) };
    case 'newer':
      return { kind: 'problem', problem: problem('newer', place.file) };
    case 'alien':
      return { kind: 'problem', problem: problem('notOurs', place.file) };
  }
}

/** Puts a damaged file's copy aside. An empty one has nothing to keep. */
export function keepDamaged(round: Round, { name, stat }: Entry, copy: string): void {
  if (stat.size === 0) return;
  round.step('quarantine');
  putAside(round, copy, 'quarantine', path.basename(name));
}

/** A purge reaches what is kept aside before it, and no damaged file that is kept after it. */
export function purgedWords({ store }: Round): string {
  return store.team.hasPurged()
    ? ' It may have words in it that were purged: look into "team/quarantine" in the library folder.'
    : '';
}

export function recoveredWords({ recovered, of }: Extract<Reading, { kind: 'damaged' }>): string {
  if (of === null && recovered > 0) {
    return `${recovered.toLocaleString('en')} changes recovered from what is left of it`;
  }
  return of === null || of === 0
    ? 'no changes could be read in it'
    : `${recovered.toLocaleString('en')} of ${of.toLocaleString('en')} changes recovered`;
}
