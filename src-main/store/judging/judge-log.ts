import type { DerivedTables } from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { BareChange } from '../log/change-log.ts';
import { importedChanges } from '../projection/entities.ts';
import { textList } from '../projection/field-readers.ts';
import { findSwitch, type FoundSwitch } from './find-switch.ts';
import { isSwitchOf } from './is-switch.ts';
import { judge, otherSwitch, type Refusal } from './judge.ts';
import type { JudgingRoom } from './judging-room.ts';
import { countedChange, valueReader, type JudgedLog } from './log-changes.ts';
import { readMakers, type Makers } from './makers.ts';
import { ReplayedFacts, type KnownOfTheWhole } from './replayed-facts.ts';

type RefusedChange = DerivedTables['refusals'];

/**
 * Judges every change of the log anew. The whole truth about what counts: whichever way the
 * changes arrived, every machine that has the same switch comes to these.
 *
 * What was there when accounts were switched on counts, wherever its clocks place it; all else
 * is judged in (hlc, id) order. That twice over where admins imported something, as an import
 * may stand behind what it brought. It cannot be decided by what it decides on: it lets nobody
 * in.
 */
export function judgeLog(log: JudgedLog, room: JudgingRoom): readonly RefusedChange[] {
  const found = findSwitch(log, room);
  const refused = found === null ? otherSwitches(log, room) : judgeSince(found, log, room);
  room.signatures.keep();
  return refused;
}

/** While accounts are off everything counts, but what would have switched them on and could not. */
function otherSwitches(log: JudgedLog, { libraryId }: JudgingRoom): readonly RefusedChange[] {
  const refused: RefusedChange[] = [];
  for (const change of log.inOrder()) {
    if (isSwitchOf(libraryId, change)) refused.push(refusalOf(change, otherSwitch));
  }
  return refused;
}

function judgeSince(
  found: FoundSwitch,
  log: JudgedLog,
  room: JudgingRoom,
): readonly RefusedChange[] {
  const vouched = new Set<string>();
  let makers: Makers | null = null;
  const known = {
    ...{ libraryId: room.libraryId, signatures: room.signatures, switchedOn: found.change },
    makers: () => (makers ??= readMakers(log, room.signatures)),
  };
  const refused = replay(
    found,
    log,
    { ...known, vouched: new Set() },
    ({ entity, field }, value) => {
      if (entity !== 'import' || field !== importedChanges) return;
      for (const hash of textList(value())) vouched.add(hash);
    },
  );
  return vouched.size === 0 ? refused : replay(found, log, { ...known, vouched });
}

function replay(
  found: FoundSwitch,
  log: JudgedLog,
  known: KnownOfTheWhole,
  onCounted?: (change: BareChange, value: () => JsonValue | undefined) => void,
): readonly RefusedChange[] {
  const facts = new ReplayedFacts(known);
  const refused: RefusedChange[] = [];
  for (const { change, wasThere } of inOrderOfJudging(log, found)) {
    if (change.id === found.change.id) continue;
    const value = valueReader(change, log);
    const reason = isSwitchOf(known.libraryId, change)
      ? otherSwitch
      : wasThere
        ? null
        : judge({ ...change, value }, facts);
    if (reason !== null) {
      refused.push(refusalOf(change, reason));
      facts.addRefused(countedChange(change, log, value));
      continue;
    }
    facts.add(countedChange(change, log, value));
    if (!wasThere) onCounted?.(change, value);
  }
  return refused;
}

interface Placed {
  readonly change: BareChange;
  readonly wasThere: boolean;
}

/** What came since waits for what was there: a few changes, where clocks were about right. */
const maxWaiting = 10_000;

/** What was there when accounts were switched on, in order, and then what has come since, in order. */
function* inOrderOfJudging(log: JudgedLog, { there }: FoundSwitch): Generator<Placed> {
  let missing = there.count ?? Infinity;
  let waiting: BareChange[] | null = there.count === null ? null : [];
  for (const change of log.inOrder()) {
    if (there.has(change)) {
      missing -= 1;
      yield { change, wasThere: true };
      if (missing === 0 && waiting !== null) yield* since(waiting.splice(0));
    } else if (missing === 0 && waiting !== null) {
      yield { change, wasThere: false };
    } else if (waiting !== null && waiting.push(change) > maxWaiting) {
      // A part of what was there has not come: the log is read a second time.
      waiting = null;
    }
  }
  if (waiting !== null) yield* since(waiting);
  else
    for (const change of log.inOrder()) if (!there.has(change)) yield { change, wasThere: false };
}

function since(changes: readonly BareChange[]): readonly Placed[] {
  return changes.map((change) => ({ change, wasThere: false }));
}

function refusalOf({ id, entity, entity_id }: BareChange, reason: Refusal): RefusedChange {
  return { id, entity, entity_id, reason };
}
