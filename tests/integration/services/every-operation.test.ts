import { describe, expect, it } from 'vitest';
import { aDocument, may, type Principal } from '../../../src-main/access/authorize.ts';
import {
  documentOperations,
  documentStates,
  type DocumentOperation,
  type DocumentState,
  type Id,
} from '../../../src-main/contract/domain.ts';
import { toErrorEnvelope } from '../../../src-main/contract/errors.ts';
import type { DocumentStep } from '../../../src-main/contract/work.ts';
import { factsOf } from '../../../src-main/services/document-access.ts';
import { members, openTeam, type Team } from './team.ts';

/*
 * Every operation on a document, by every kind of person, in every state, through the services
 * that the window and the command line call: done where the table says so, refused elsewhere,
 * and then nothing is changed. The log's own judgement is asked as well, past the services.
 */

/** How a document comes from being commissioned to a state. */
const ways: Readonly<Record<DocumentState, readonly (readonly ['Sam' | 'Ed', DocumentStep])[]>> = {
  draft: [],
  assigned: [],
  in_edit: [['Ed', 'start']],
  in_review: [['Ed', 'submit']],
  changes_requested: [
    ['Ed', 'submit'],
    ['Sam', 'request_changes'],
  ],
  approved: [
    ['Ed', 'submit'],
    ['Sam', 'approve'],
  ],
  archived: [
    ['Ed', 'submit'],
    ['Sam', 'approve'],
    ['Sam', 'archive'],
  ],
};

async function documentIn(team: Team, state: DocumentState): Promise<Id> {
  const { services, principals, library } = team;
  const { document } = await services.documents.commission(principals.Sam, {
    document_name: 'A lawn',
    document_body: 'How do I mow it?',
    brief: '',
    due_on: null,
    target_words: null,
    notes: [],
    editor_id: team.id('Ed'),
    hand_over: '',
  });
  for (const [who, step] of ways[state]) {
    const from = library.store().documents.get(document.id)!.document_state;
    await services.documents.step(principals[who], {
      ...{ document_id: document.id, step, from, hand_over: '' },
    });
  }
  if (state === 'draft') {
    await services.retentions.retain(principals.Sam, {
      ...{ document_id: document.id, editor_id: null, hand_over: '' },
    });
    // Somebody is retained, but the sponsor has taken it back: the state alone is looked at.
    const { id, sign } = { id: team.id('Sam'), sign: principals.Sam.sign };
    library
      .store()
      .write({ id, sign }, (t) =>
        t.retain({ sponsor_id: id, editor_id: team.id('Ed'), document_id: document.id }),
      );
  }
  expect(library.store().documents.get(document.id)?.document_state).toBe(state);
  return document.id;
}

/** What asks for an operation, as the window would. */
function asking(
  { services, library, ...team }: Team,
  document_id: Id,
): Readonly<Record<DocumentOperation, (who: Principal) => unknown>> {
  const store = library.store();
  const from = store.documents.get(document_id)!.document_state;
  const step = (name: DocumentStep) => (who: Principal) =>
    services.documents.step(who, { document_id, step: name, from, hand_over: 'Here.' });
  return {
    'document:read': (who) => services.documents.open(who, { document_id }),
    'document:write': (who) =>
      services.documents.save(who, {
        document_id,
        document_body: 'With a mower.',
        base_version_ids: [...store.documents.headVersionIds(document_id)],
        draft: false,
      }),
    'document:describe': (who) =>
      services.documents.describe(who, { document_id, brief: 'Short.', due_on: '2026-12-24' }),
    'document:trash': (who) => services.documents.trash(who, { document_id }),
    'document:retain': (who) =>
      services.retentions.retain(who, {
        ...{ document_id, editor_id: team.id('Eve'), hand_over: 'Yours.' },
      }),
    'document:start': step('start'),
    'document:submit': step('submit'),
    'document:request_changes': step('request_changes'),
    'document:approve': step('approve'),
    'document:reopen': step('reopen'),
    'document:archive': step('archive'),
    'document:unarchive': step('unarchive'),
    'autodoc:draft': (who) => services.autodocs.draft(who, { document_id }),
    'autodoc:cancel': (who) => {
      const [autodoc] = store.autodocs.list(document_id);
      return services.autodocs.cancel(who, { autodoc_id: autodoc!.id });
    },
    'comment:write': (who) =>
      services.comments.write(who, {
        ...{ document_id, thread_id: null, comment_body: 'Well.', anchor: null },
      }),
    'document:purge': (who) => services.documents.purge(who, { document_id }),
  };
}

describe.each(documentStates)('a document that is %s', (state) => {
  it.each(documentOperations)('goes by the table: %s', async (operation) => {
    const team = await openTeam();
    const { library, principals } = team;
    const store = library.store();
    for (const member of members) {
      const document_id = await documentIn(team, state);
      const document = aDocument(factsOf(store, store.documents.get(document_id)!));
      const before = store.exchange.mark();
      const answer = await attempt(() => asking(team, document_id)[operation](principals[member]));
      const isAllowed = may(principals[member], operation, document);
      expect(answer, member).toBe(isAllowed ? 'done' : 'not_allowed');
      if (!isAllowed) expect(store.exchange.mark(), member).toBe(before);
    }
    expect(store.verify().problems).toEqual([]);
  });
});

/** How a call ended: done, or the code of its error. */
async function attempt(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'done';
  } catch (error) {
    return toErrorEnvelope(error).code;
  }
}
