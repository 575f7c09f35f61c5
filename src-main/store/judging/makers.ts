import type { Id } from '../../contract/domain.ts';
import { isMadeBy } from '../log/maker-ids.ts';
import { userDeviceKey } from '../projection/entities.ts';
import { objectOrEmpty, textOr } from '../projection/field-readers.ts';
import type { CheckedSignatures } from './checked-signatures.ts';
import { valueReader, type JudgedLog } from './log-changes.ts';
import { isSignedBy } from './signatures.ts';

/** Whose something may be by its id: asked of the whole log, as an earlier clock is no proof. */
export interface Makers {
  readonly users: ReadonlySet<Id>;
  /** Machines whose ids were made for the keys that they introduced themselves with. */
  readonly devices: ReadonlySet<Id>;
}

export function readMakers(log: JudgedLog, signatures: CheckedSignatures): Makers {
  const users = new Set<Id>();
  const devices = new Set<Id>();
  for (const change of log.inOrder()) {
    const { entity, entity_id, field, sha256, signature } = change;
    if (entity === 'user') users.add(entity_id);
    if (entity !== 'user_device' || field !== userDeviceKey) continue;
    const key = textOr(objectOrEmpty(valueReader(change, log)()).public_key, '');
    const isOwn = isMadeBy(key, entity_id) && isSignedBy(key, sha256, signature, signatures);
    if (isOwn) devices.add(entity_id);
  }
  return { users, devices };
}

/** Whether an id was made by one of these users, and not by this one. */
export function isAnothersId(id: Id, userId: Id, users: Iterable<Id>): boolean {
  if (isMadeBy(userId, id)) return false;
  for (const user of users) if (isMadeBy(user, id)) return true;
  return false;
}
