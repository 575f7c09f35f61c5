import path from 'node:path';
import type { Id } from '../../src-main/contract/domain.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { Connection } from '../../src-main/store/database/connection.ts';
import type { ReplicaTables } from '../../src-main/store/database/schema.ts';
import type { ChangeWriter } from '../../src-main/store/log/change-log.ts';
import { createIdSource } from '../../src-main/store/log/ids.ts';
import { createChangeReader } from '../../src-main/store/log/sqlite-change-reader.ts';
import { createChangeWriter } from '../../src-main/store/log/sqlite-change-writer.ts';
import { Projector } from '../../src-main/store/projection/projector.ts';
import { anyId, type Desk } from './desk.ts';
import { someWords } from './texts.ts';

/*
 * What is written into a library past the store: by a version of the future, and by forgers.
 */

/** Kinds of change and fields that this version does not know: carried to the letter. */
export function writeAsNewer(desk: Desk): void {
  const { dice, author } = desk;
  const documentId = anyId(desk, 'documents');
  const isField = documentId !== null && dice.chance(0.5);
  const value = { depth: dice.whole(100), words: someWords(dice, 5) };
  writePast(desk, ({ writer, newId }) => {
    const subject = isField
      ? { entity: 'document', entity_id: documentId, field: 'hologram' }
      : { entity: 'hologram', entity_id: newId(), field: 'depth' };
    writer.append({ actor_id: author.id, ...subject, parents: [], value }, author.sign);
  });
}

/** What somebody does with a tool of their own where accounts are on: mostly refused everywhere. */
export function forge(desk: Desk): void {
  const { dice, author, accountsAreOn } = desk;
  const documentId = anyId(desk, 'documents');
  const userId = anyId(desk, 'users');
  if (!accountsAreOn || documentId === null || userId === null) return;
  const subject = dice.pick([
    { entity: 'document', entity_id: documentId, field: 'document_name', value: 'Mine' },
    { entity: 'document', entity_id: documentId, field: 'document_state', value: 'approved' },
    { entity: 'user', entity_id: userId, field: 'user_type', value: 'admin' },
    { entity: 'user', entity_id: userId, field: 'user_status', value: 'approved' },
  ]);
  const actor_id = dice.chance(0.3) ? userId : author.id;
  const sign = dice.chance(0.3) ? undefined : author.sign;
  writePast(desk, ({ writer, projector }) => {
    const change = writer.append({ actor_id, ...subject, parents: [] }, sign);
    projector.update(subject.entity, subject.entity_id, [change]);
  });
}

interface Tools {
  readonly writer: ChangeWriter;
  readonly projector: Projector;
  readonly newId: () => Id;
}

/** Writes into the library's file, past the store. */
function writePast({ machine }: Desk, work: (tools: Tools) => void): void {
  const connection = new Connection<ReplicaTables>({
    file: path.join(machine.library, 'replica.db'),
    logger: silentLogger,
    busyTimeoutMs: 1_000,
  });
  try {
    const newId = createIdSource(machine.now);
    const options = { replicaId: () => machine.store.replicaId, newId, now: machine.now };
    const writer = createChangeWriter(connection, options);
    const projector = new Projector(connection, createChangeReader(connection));
    connection.write(() => work({ writer, projector, newId }));
  } finally {
    connection.close();
  }
}
