import { documentStates, userStatuses, type Id } from '../../src-main/contract/domain.ts';
import { AppError } from '../../src-main/contract/errors.ts';
import type { StoreTransaction } from '../../src-main/store/types.ts';
import type { Dice } from './dice.ts';
import { anyId, type Desk, type WorkRoom } from './desk.ts';
import type { Machine } from './machine.ts';
import { forge, writeAsNewer } from './past-the-store.ts';
import { authorOf } from './people.ts';
import { edited, newText, someWords } from './texts.ts';

/*
 * What people do at their machines, on top of what they see there. Everything that the store
 * said was saved goes into the ledger.
 */

const documentWork = {
  save: 30,
  'save what was opened earlier': 5,
  'settle a conflict': 4,
  rename: 5,
  describe: 5,
  'change the state': 5,
  trash: 2,
  comment: 4,
  retain: 3,
  draft: 3,
  purge: 0.5,
};
type DocumentWork = keyof typeof documentWork;

const weights = {
  ...documentWork,
  create: 6,
  'change a comment': 4,
  'end a retention': 2,
  'change a user': 4,
  register: 1,
  'finish a draft': 4,
  'write as a newer version would': 2,
  'write past the rules': 2,
};
type Work = keyof typeof weights;

/** Lets somebody do something. Answers whether anything was saved. */
export function workAt(machine: Machine, room: WorkRoom): boolean {
  const { dice, ledger, accountsAreOn, trace } = room;
  const work = dice.weighted(weights);
  const author = authorOf(machine.person, accountsAreOn);
  const end = machine.end();
  try {
    perform(work, { machine, author, ...room });
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    trace(`${machine.machine} may not ${work}: ${thrown.message}`);
    return false;
  }
  const changes = machine.changesAfter(end);
  ledger.acknowledge(machine.machine, work, changes);
  if (changes.length > 0) {
    trace(`${machine.machine}: ${work} ${changes.map(({ id }) => id.slice(-6)).join(' ')}`);
  }
  return changes.length > 0;
}

/** With accounts, people may do less than they try; an open library may lack what they look for. */
function isRefusal(thrown: unknown): thrown is AppError {
  const codes = ['not_allowed', 'not_found', 'invalid_input', 'already_exists'];
  return thrown instanceof AppError && codes.includes(thrown.code);
}

function perform(work: Work, desk: Desk): void {
  const { machine, author, dice } = desk;
  const { store } = machine;
  const write = (what: (t: StoreTransaction) => void): void => store.write(author, what);
  const documentId = anyId(desk, 'documents');
  const userId = anyId(desk, 'users');

  switch (work) {
    case 'create':
      write((t) => {
        const word = newWord(desk);
        const body = edited(dice, newText(dice), word);
        const name = { document_name: someWords(dice, 2), document_body: body };
        desk.ledger.rememberWord(t.createDocument(name).version.id, word);
      });
      return;
    case 'register':
      write((t) => {
        const name = someWords(dice, 1);
        const person = { name, email: `${name}@example.org`, organization: '' };
        t.createUser({ ...person, user_type: 'editor', user_status: 'pending' });
      });
      return;
    case 'change a user':
      if (userId !== null) write((t) => changeUser(t, userId, desk));
      return;
    case 'finish a draft': {
      const draft = store.autodocs.queue({ limit: 1 })[0];
      if (draft !== undefined) write((t) => t.finishAutodoc(draft.id, outcomeOf(dice)));
      return;
    }
    case 'change a comment': {
      const commentId = anyId(desk, 'comments');
      if (commentId !== null) write((t) => changeComment(t, commentId, desk));
      return;
    }
    case 'end a retention': {
      const retentionId = anyId(desk, 'retentions');
      if (retentionId !== null) write((t) => t.endRetention(retentionId, nowAt(machine)));
      return;
    }
    case 'write as a newer version would':
      writeAsNewer(desk);
      return;
    case 'write past the rules':
      forge(desk);
      return;
    case 'save':
    case 'save what was opened earlier':
    case 'settle a conflict':
    case 'rename':
    case 'describe':
    case 'change the state':
    case 'trash':
    case 'comment':
    case 'retain':
    case 'draft':
    case 'purge':
      if (documentId !== null) write((t) => workOn(documentId, t, work, desk));
  }
}

function workOn(documentId: Id, t: StoreTransaction, work: DocumentWork, desk: Desk): void {
  const { machine, dice } = desk;
  const { store } = machine;
  switch (work) {
    case 'save': {
      const beside = new Set(store.conflicts.list(documentId).map(({ id }) => id));
      const seen = store.documents.headVersionIds(documentId).filter((id) => !beside.has(id));
      save(t, documentId, store.documents.get(documentId)!.document_body, seen, desk);
      return;
    }
    case 'save what was opened earlier': {
      const version = dice.pick(store.versions.list(documentId));
      const { document_body } = store.versions.get(version.id)!;
      save(t, documentId, document_body, [version.id], desk);
      return;
    }
    case 'settle a conflict': {
      const view = store.conflicts.view(documentId);
      if (view === null) return;
      const text = view.regions
        .map((region) => {
          if (region.kind === 'merged') return region.text;
          return dice.pick([region.ours, region.theirs, region.ours + region.theirs]);
        })
        .join('');
      save(t, documentId, text, view.base_version_ids, desk);
      return;
    }
    case 'rename':
      t.updateDocument(documentId, { document_name: someWords(dice, 2) });
      return;
    case 'describe':
      t.updateDocument(documentId, {
        folder: someWords(dice, 1),
        tags: [someWords(dice, 1)],
        brief: someWords(dice, 5),
        target_words: dice.whole(1_000),
      });
      return;
    case 'change the state':
      t.updateDocument(documentId, { document_state: dice.pick(documentStates) });
      return;
    case 'trash': {
      const isThere = store.documents.get(documentId)?.trashed_on === null;
      t.updateDocument(documentId, { trashed_on: isThere ? nowAt(machine) : null });
      return;
    }
    case 'comment': {
      const comment = { document_id: documentId, thread_id: null, anchor: null };
      t.createComment({ ...comment, comment_body: someWords(dice, 5), document_state: null });
      return;
    }
    case 'retain': {
      const { created_by: sponsor_id } = store.documents.get(documentId)!;
      const editor_id = anyId(desk, 'users')!;
      t.retain({ sponsor_id, editor_id, document_id: documentId });
      return;
    }
    case 'purge':
      t.purgeDocument(documentId);
      return;
    case 'draft': {
      const version_id = store.documents.headVersionIds(documentId)[0]!;
      const request = {
        document_id: documentId,
        version_id,
        model_name: 'starter',
        parameters: {},
      };
      t.queueAutodoc({ ...request, seed: dice.whole(1_000) });
    }
  }
}

function save(
  t: StoreTransaction,
  documentId: Id,
  text: string,
  parents: readonly Id[],
  desk: Desk,
): void {
  const word = newWord(desk);
  const { id } = t.saveBody(documentId, edited(desk.dice, text, word), parents);
  desk.ledger.rememberWord(id, word);
}

function changeUser(t: StoreTransaction, userId: Id, { dice, machine }: Desk): void {
  const what = dice.pick(['name', 'status', 'login', 'status of a machine']);
  if (what === 'name') t.updateUser(userId, { name: someWords(dice, 2) });
  else if (what === 'status') t.updateUser(userId, { user_status: dice.pick(userStatuses) });
  else if (what === 'login') t.updateUser(userId, { last_login: nowAt(machine) });
  else {
    const device = machine.store.users.devices(userId)[0];
    if (device !== undefined) t.setDeviceStatus(device.id, dice.pick(['approved', 'revoked']));
  }
}

function changeComment(t: StoreTransaction, commentId: Id, { dice, machine }: Desk): void {
  const what = dice.pick(['words', 'resolution', 'removal']);
  if (what === 'words') t.updateComment(commentId, { comment_body: someWords(dice, 5) });
  else if (what === 'resolution') t.updateComment(commentId, { is_resolved: dice.chance(0.5) });
  else t.updateComment(commentId, { removed_on: nowAt(machine) });
}

function outcomeOf(dice: Dice) {
  return {
    autodoc_state: dice.pick(['done', 'failed', 'cancelled'] as const),
    autodoc_body: someWords(dice, 12),
    failure: null,
    prompt_start: 0,
    prompt_end: 6,
    model_sha256: 'ab'.repeat(32),
    device: 'cpu',
    variant: 'int8',
    tokens: 12,
    score: -1.25,
    duration_ms: 12.5,
    candidates: [],
    token_ids: [290, 788],
  };
}

/** A word that nobody else writes. */
function newWord({ dice }: Desk): string {
  return `word${dice.whole(2 ** 31).toString(36)}`;
}

function nowAt(machine: Machine): string {
  return new Date(machine.now()).toISOString();
}
