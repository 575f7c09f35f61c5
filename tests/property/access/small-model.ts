import type { DocumentState, Id } from '../../../src-main/contract/domain.ts';
import type { derivedRowsOf } from '../../fixtures/store/replicas.ts';

/*
 * What must be true of any library with accounts whatever is written into its log, told without
 * the rules that the judging goes by: a second opinion, slow and of few words.
 */

export type Rows = ReturnType<typeof derivedRowsOf>;

/** What was written last, and by whose hand. */
export interface Deed {
  readonly actorId: Id;
  /** The machine that its signature is of; null for none that the library knew. */
  readonly deviceId: Id | null;
}

interface UserRow {
  readonly id: Id;
  readonly user_type: string;
  readonly user_status: string;
}
interface DeviceRow {
  readonly id: Id;
  readonly user_id: Id;
  readonly device_status: string;
}
interface DocumentRow {
  readonly id: Id;
  readonly created_by: Id;
  readonly document_state: DocumentState;
}

/** From each state to each that it may become in one move, whoever moves it. */
const moves: Readonly<Record<DocumentState, readonly DocumentState[]>> = {
  draft: ['assigned', 'in_review'],
  assigned: ['draft', 'in_edit', 'in_review'],
  in_edit: ['draft', 'assigned', 'in_review'],
  in_review: ['draft', 'assigned', 'changes_requested', 'approved'],
  changes_requested: ['draft', 'assigned', 'in_edit', 'in_review'],
  approved: ['draft', 'assigned', 'in_review', 'changes_requested', 'archived'],
  archived: ['approved'],
};

/** What is wrong with how a library has come from one moment to the next. */
export function modelProblems(before: Rows, after: Rows, deed: Deed): readonly string[] {
  return [
    ...adminProblems(after),
    ...handProblems(before, after, deed),
    ...accountProblems(before, after, deed),
    ...documentProblems(before, after, deed),
  ];
}

function adminProblems({ users }: Rows): readonly string[] {
  const isLeft = (users as UserRow[]).some(isAdmin);
  return isLeft ? [] : ['nobody is an admin any more'];
}

/** Only a machine that is its author's, and not revoked, has an effect. */
function handProblems(before: Rows, after: Rows, { actorId, deviceId }: Deed): readonly string[] {
  const device = (before.user_devices as DeviceRow[]).find(({ id }) => id === deviceId);
  const isTheirs = device?.user_id === actorId && device.device_status !== 'revoked';
  if (isTheirs) return [];
  return Object.keys(after).flatMap((table) => {
    // A machine that introduces itself is not known yet: looked at on its own.
    if (table === 'refusals' || table === 'user_devices') return [];
    const isSame = JSON.stringify(before[table]) === JSON.stringify(after[table]);
    return isSame ? [] : [`${table} changed by a hand that counts for nothing`];
  });
}

function accountProblems(
  before: Rows,
  after: Rows,
  { actorId, deviceId }: Deed,
): readonly string[] {
  const users = before.users as UserRow[];
  const devices = before.user_devices as DeviceRow[];
  const device = devices.find(({ id }) => id === deviceId);
  const author = users.find(({ id }) => id === actorId);
  const isAtWork = author?.user_status === 'approved' && device?.device_status === 'approved';
  const isAnAdmin = isAtWork && isAdmin(author);
  const problems: string[] = [];
  for (const user of after.users as UserRow[]) {
    const known = users.find(({ id }) => id === user.id);
    const { user_type, user_status } = known ?? { user_type: 'editor', user_status: 'pending' };
    if (isAnAdmin || (user.user_type === user_type && user.user_status === user_status)) continue;
    const isRegistering =
      user.id === actorId && user_status === 'pending' && user.user_status === 'pending';
    if (!isRegistering || user.user_type === 'admin') problems.push('an account that nobody made');
  }
  for (const { id, user_id, device_status } of after.user_devices as DeviceRow[]) {
    const known = devices.find((one) => one.id === id);
    if (known === undefined ? device_status === 'pending' : known.device_status === device_status) {
      continue;
    }
    if (!isAnAdmin && !(isAtWork && user_id === actorId))
      problems.push('a machine let in by nobody');
  }
  return problems;
}

function documentProblems(before: Rows, after: Rows, { actorId }: Deed): readonly string[] {
  const known = new Map((before.documents as DocumentRow[]).map((row) => [row.id, row]));
  return (after.documents as DocumentRow[]).flatMap(({ id, created_by, document_state }) => {
    const was = known.get(id);
    if (was === undefined) return created_by === actorId ? [] : ['a document in another name'];
    if (was.created_by !== created_by) return ['a document that has changed hands'];
    if (was.document_state === document_state) return [];
    return moves[was.document_state].includes(document_state)
      ? []
      : [`a document went from ${was.document_state} to ${document_state}`];
  });
}

function isAdmin({ user_type, user_status }: UserRow): boolean {
  return user_type === 'admin' && user_status === 'approved';
}
