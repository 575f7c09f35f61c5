import { describe, expect, it } from 'vitest';
import { aDocument, may, type DocumentFacts } from '../../../src-main/access/authorize.ts';
import type { DocumentState, Id } from '../../../src-main/contract/domain.ts';
import { documentStates } from '../../../src-main/contract/domain.ts';
import { documentSteps, type DocumentStep } from '../../../src-main/contract/work.ts';
import {
  objectOrEmpty,
  parseJson,
  textOr,
} from '../../../src-main/store/projection/field-readers.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { openMachines, shared } from '../../fixtures/store/machines.ts';
import { derivedRowsOf, openReplica } from '../../fixtures/store/replicas.ts';
import { joinWriters, writerId, type Writer } from '../../fixtures/store/writing-team.ts';
import { openDesk, type Desk } from './desk.ts';

/*
 * Two people act on the same document on two machines that have not heard of each other, each as
 * they are allowed to by what they see: what counts once the machines have met, and why not the
 * rest. The table that comes of it is a fixture, to be read.
 */

const body = 'The first words.\n\nThe last words.';
/** What each machine's writer makes of it: they merge. */
const writings = [body.replace('first', 'FIRST'), body.replace('last', 'LAST')] as const;

type Deed = DocumentStep | 'retain another' | 'retain nobody' | 'write';
const deeds: readonly Deed[] = [...documentSteps, 'retain another', 'retain nobody', 'write'];

interface Done {
  readonly deed: Deed;
  readonly who: Writer;
}

const operationOf = (deed: Deed) =>
  deed === 'write'
    ? 'document:write'
    : deed === 'retain another' || deed === 'retain nobody'
      ? 'document:retain'
      : (`document:${deed}` as const);

async function perform(desk: Desk, documentId: Id, { deed, who }: Done, machine: 0 | 1) {
  const principal = desk.as(who);
  const document_id = documentId;
  const opened = await desk.documents.open(principal, { document_id });
  if (deed === 'write') {
    await desk.documents.save(principal, {
      ...{ document_id, document_body: writings[machine], draft: false },
      base_version_ids: [...opened.head_version_ids],
    });
  } else if (deed === 'retain another' || deed === 'retain nobody') {
    const editor_id = deed === 'retain another' ? writerId('Eve') : null;
    await desk.retentions.retain(principal, { document_id, editor_id, hand_over: '' });
  } else {
    const from = opened.document.document_state;
    await desk.documents.step(principal, { document_id, step: deed, from, hand_over: '' });
  }
}

/** The way from a new document to each state. */
const ways: Readonly<Record<DocumentState, readonly Done[]>> = {
  draft: [],
  assigned: [],
  in_edit: [{ deed: 'start', who: 'Ed' }],
  in_review: [{ deed: 'submit', who: 'Ed' }],
  changes_requested: [
    { deed: 'submit', who: 'Ed' },
    { deed: 'request_changes', who: 'Sam' },
  ],
  approved: [
    { deed: 'submit', who: 'Ed' },
    { deed: 'approve', who: 'Sam' },
  ],
  archived: [
    { deed: 'submit', who: 'Ed' },
    { deed: 'approve', who: 'Sam' },
    { deed: 'archive', who: 'Sam' },
  ],
};

async function documentIn(desk: Desk, state: DocumentState): Promise<Id> {
  const { document } = await desk.documents.create(desk.as('Sam'), {
    ...{ document_name: 'A name', document_body: body, draft: false },
  });
  if (state !== 'draft') {
    await desk.retentions.retain(desk.as('Sam'), {
      ...{ document_id: document.id, editor_id: writerId('Ed'), hand_over: '' },
    });
  }
  for (const done of ways[state]) await perform(desk, document.id, done, 0);
  return document.id;
}

/** What may be done to a document in a state, by those who own it, are retained for it, or rule. */
function deedsIn(desk: Desk, state: DocumentState, writers: readonly Writer[]): readonly Done[] {
  const editor_id = state === 'draft' ? null : writerId('Ed');
  const facts: DocumentFacts = {
    ...{ id: 'any', created_by: writerId('Sam'), document_state: state, editor_id },
  };
  return deeds.flatMap((deed) =>
    writers
      // What an admin may do beside, who owns it may do too.
      .filter((who) => who !== 'Ada' || deed === 'archive' || deed === 'unarchive')
      .filter((who) => may(desk.as(who), operationOf(deed), aDocument(facts)))
      .filter(() => deed !== 'retain nobody' || editor_id !== null)
      .map((who) => ({ deed, who })),
  );
}

const roles: Readonly<Record<Writer, string>> = {
  ...{ Ada: 'admin', Sam: 'own', Ed: 'retained', Eve: 'neither' },
};

interface Pair {
  readonly state: DocumentState;
  readonly earlier: Done;
  readonly later: Done;
  readonly documentId: Id;
}

/** Every pair, done on two machines whose clocks are an hour apart, and what came of it. */
async function tableOf(accounts: boolean): Promise<readonly string[]> {
  const clocks = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1)];
  const stores = openMachines(2, (machine) => ({ now: () => clocks[machine]! }));
  const [one, other] = stores.map(openDesk) as [Desk, Desk];
  joinWriters(one.store, { accounts });
  const writers: readonly Writer[] = accounts ? ['Sam', 'Ed', 'Ada'] : ['Sam'];
  const pairs: Pair[] = [];
  for (const state of documentStates) {
    const possible = deedsIn(one, state, writers);
    for (const earlier of possible) {
      for (const later of possible) {
        pairs.push({ state, earlier, later, documentId: await documentIn(one, state) });
      }
    }
  }
  await other.store.team.take(shared(one.store));
  clocks[0]! += 60 * 60 * 1000;
  clocks[1]! += 2 * 60 * 60 * 1000;
  for (const { documentId, earlier, later } of pairs) {
    await perform(one, documentId, earlier, 0);
    await perform(other, documentId, later, 1);
  }
  const [ofOne, ofOther] = stores.map(shared);
  await other.store.team.take(ofOne!);
  await one.store.team.take(ofOther!);
  expect(derivedRowsOf(one.store)).toEqual(derivedRowsOf(other.store));
  for (const store of stores) expect(store.verify().problems).toEqual([]);

  const outcomes = outcomesOf(one.store, other.store);
  return documentStates.flatMap((state) => [
    '',
    state,
    ...pairs.filter((pair) => pair.state === state).map((pair) => `  ${outcomes(pair)}`),
  ]);
}

function outcomesOf(one: LibraryStore, other: LibraryStore): (pair: Pair) => string {
  const { connection, reader } = openReplica(one);
  const refused = connection.all(connection.query.selectFrom('refusals').selectAll());
  const reasons = refused.map(({ id, entity, entity_id, reason }) => {
    const terms = entity === 'retention' ? objectOrEmpty(parseJson(reader.value(id))) : {};
    const documentId =
      one.retentions.get(entity_id)?.document_id ?? textOr(terms.document_id, entity_id);
    return { documentId, reason, replicaId: reader.change(id)!.replica_id };
  });
  connection.close();

  return ({ documentId, earlier, later }) => {
    const told = ({ deed, who }: Done, { replicaId }: LibraryStore): string => {
      const against = reasons.filter(
        (one_) => one_.documentId === documentId && one_.replicaId === replicaId,
      );
      const because = [...new Set(against.map(({ reason }) => reason))].join(' ');
      const by = one.accountsAreOn() ? ` (${roles[who]})` : '';
      return `${deed}${by}${because === '' ? '' : ` [refused: ${because}]`}`;
    };
    const { document_state, document_body } = one.documents.get(documentId)!;
    const words = [
      ...(document_body.includes('FIRST') ? ['the words of the first'] : []),
      ...(document_body.includes('LAST') ? ['the words of the second'] : []),
    ].join(' and ');
    return (
      `${told(earlier, one)}, then ${told(later, other)}: ${document_state}` +
      (words === '' ? '' : `, with ${words}`)
    );
  };
}

describe('two steps on two machines apart', () => {
  it('come to the same on both, as was agreed', { timeout: 120_000 }, async () => {
    const lines = [
      'With accounts on',
      ...(await tableOf(true)),
      '',
      '',
      'In an open library: everybody is an owner, and everything counts',
      ...(await tableOf(false)),
    ];
    await expect(`${lines.join('\n').trim()}\n`).toMatchFileSnapshot(
      '../../fixtures/two-steps-apart.txt',
    );
  });
});
