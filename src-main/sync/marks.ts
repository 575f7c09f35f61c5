import { applicationId } from '../store/database/migrate.ts';
import { headerBytes, magic, shapeOf } from '../store/team-file/file-shape.ts';
import { isClose } from '../store/team-file/open-team-file.ts';
import type { Entry } from './entries.ts';
import type { Round } from './round.ts';

/** So much of a file is searched: the first pages and rows of a team file lie there. */
const searchedBytes = 64 * 1024 ** 2;
const pieceBytes = 4 * 1024 ** 2;
/** The changes whose writers are searched for. */
const sampledChanges = 50;

/** How an identity row begins, whichever library's. */
const namedAs = Buffer.from('{"library_id":"');
const nameBytes = 36;

/**
 * Whether a file that SQLite finds no name in was this library's before it was damaged: the name
 * in its bytes is this library's; or none is left, a team file of ours was known to lie there, and
 * the file begins as one, names machines that wrote to it, or has nothing but zeros; or nothing is
 * in it at all. For a file that may be replaced once it was kept aside; nothing is taken on such
 * grounds.
 */
export function isSomeOfOurs(round: Round, { file, stat }: Entry): boolean {
  const { store, disk, memory } = round;
  if (stat.size === 0) return true;
  const isKnown = memory.isKnown();
  const writers = isKnown ? writersOf(round) : [];
  let isBlank = isKnown;
  let isWrittenByOurs = isKnown && beginsAsOurs(disk.read(file, 0, headerBytes));
  let carried = Buffer.alloc(0);
  for (let at = 0; at < Math.min(stat.size, searchedBytes); at += pieceBytes) {
    const read = disk.read(file, at, pieceBytes);
    const piece = Buffer.concat([carried, read]);
    const name = nameIn(piece);
    if (name !== null) return isClose(name, store.libraryId);
    isWrittenByOurs ||= writers.some((writer) => piece.includes(writer));
    isBlank &&= read.every((byte) => byte === 0);
    // A name may lie across the border of two pieces.
    carried = Buffer.from(piece.subarray(-(namedAs.length + nameBytes)));
  }
  return isWrittenByOurs || (isBlank && stat.size <= searchedBytes);
}

/** As much of it as is there. */
function beginsAsOurs(header: Buffer): boolean {
  if (header.length >= headerBytes) return shapeOf(header, 0)?.applicationId === applicationId;
  return magic.subarray(0, header.length).equals(header.subarray(0, magic.length));
}

function nameIn(bytes: Buffer): string | null {
  const at = bytes.indexOf(namedAs);
  const name = bytes.subarray(at + namedAs.length, at + namedAs.length + nameBytes);
  return at === -1 || name.length < nameBytes ? null : name.toString('latin1');
}

function writersOf({ store }: Round): readonly Buffer[] {
  const writers = new Set([store.replicaId]);
  let count = 0;
  for (const change of store.exchange.changesOf(null)) {
    writers.add(change.replica_id);
    count += 1;
    if (count === sampledChanges) break;
  }
  return [...writers].map((id) => Buffer.from(id));
}
