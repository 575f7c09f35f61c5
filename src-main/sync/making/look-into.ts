import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Id } from '../../contract/domain.ts';
import type { Logger } from '../../logging/logger.ts';
import { fingerprintOf } from '../../store/fingerprint.ts';
import { createCheckedSignatures } from '../../store/judging/checked-signatures.ts';
import { compareInOrder } from '../../store/judging/field-history.ts';
import { findSwitch } from '../../store/judging/find-switch.ts';
import { changeSha256 } from '../../store/log/change.ts';
import type { BareChange } from '../../store/log/change-log.ts';
import { isSoundValue } from '../../store/taking/sound-change.ts';
import type { ChangesTable } from '../../store/database/schema.ts';
import type { ChangeSource } from '../../store/taking/types.ts';
import type { LookedInto } from '../client-types.ts';
import { requireGoing } from '../patience.ts';
import { openCopy } from './open-copy.ts';

const maxMembers = 200;
const maxNameLength = 200;
/** Changes that are looked at before a cancel is listened for. */
const atATime = 2_000;

/**
 * Says what is in a team file, from its log alone: the tables that people read in it could say
 * anything. What counts under a team's rules is known only once it is joined.
 */
export async function lookInto(
  file: string,
  folder: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<LookedInto> {
  const copy = openCopy(file, folder, logger);
  try {
    return { file: path.resolve(file), ...(await describe(copy.source, signal)) };
  } finally {
    copy.close();
  }
}

type Described = Omit<LookedInto, 'file'>;

async function describe(source: ChangeSource, signal: AbortSignal): Promise<Described> {
  const { libraryId } = source;
  const documents = new Set<Id>();
  const names = new Map<Id, ChangesTable>();
  const trashed = new Map<Id, ChangesTable>();
  const judged: ChangesTable[] = [];
  let looked = 0;
  for (const { id } of source.ids()) {
    looked += 1;
    if (looked % atATime === 0) await setImmediate();
    requireGoing(signal);
    const change = source.change(id);
    if (change === null || !isSound(change)) continue;
    const { entity, entity_id, field } = change;
    if (entity === 'document' && field === 'document_body') documents.add(entity_id);
    if (entity === 'document' && field === 'trashed_on') keepLater(trashed, change);
    if (entity === 'user' && field === 'name') keepLater(names, change);
    if (deciding.includes(entity)) judged.push(change);
  }
  const accounts = switchAmong(judged, source);
  for (const [id, { id: changeId }] of trashed) {
    if ((source.value(changeId) ?? 'null') !== 'null') documents.delete(id);
  }
  return {
    library_id: libraryId,
    documents: documents.size,
    members: [...names.values()]
      .slice(0, maxMembers)
      .map(({ id }) => nameIn(source.value(id)))
      .filter((name) => name !== ''),
    accounts_are_on: accounts !== null,
    fingerprint: fingerprintOf(libraryId, accounts?.sha256 ?? null),
  };
}

/** What decides on whether accounts are on. */
const deciding = ['library', 'user', 'user_device'];

/** The change that switches accounts on for a machine that has never heard of this library. */
function switchAmong(changes: ChangesTable[], source: ChangeSource): BareChange | null {
  const rows = new Map(changes.sort(compareInOrder).map((change) => [change.id, change]));
  const log = {
    inOrder: () => rows.values(),
    change: (id: Id) => rows.get(id) ?? null,
    value(id: Id): string | null {
      const row = rows.get(id);
      const text = row === undefined ? null : source.value(id);
      return row !== undefined && text !== null && isSoundValue(text, row) ? text : null;
    },
  };
  const room = {
    libraryId: source.libraryId,
    pinnedSwitch: () => null,
    signatures: createCheckedSignatures(null),
  };
  return findSwitch(log, room)?.change ?? null;
}

function isSound(change: ChangesTable): boolean {
  try {
    return changeSha256(change).equals(Buffer.from(change.sha256));
  } catch {
    // A column holds what none of ours would.
    return false;
  }
}

function keepLater(kept: Map<Id, ChangesTable>, change: ChangesTable): void {
  const former = kept.get(change.entity_id);
  if (former === undefined || isLater(change, former)) kept.set(change.entity_id, change);
}

function isLater(one: ChangesTable, other: ChangesTable): boolean {
  return one.hlc === other.hlc ? one.id > other.id : one.hlc > other.hlc;
}

function nameIn(json: string | null): string {
  try {
    const name: unknown = JSON.parse(json ?? '""');
    return typeof name === 'string' ? name.slice(0, maxNameLength).toWellFormed() : '';
  } catch {
    return '';
  }
}
