import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../src-main/access/authorize.ts';
import type { ChannelPayload } from '../../../src-main/contract/channels.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import type { DocumentStep } from '../../../src-main/contract/work.ts';
import { openTeam, type Member, type Team } from './team.ts';
import { autodocWhen } from './workplace.ts';

type Commission = ChannelPayload<'documents:commission'>;

const nothing: Commission = {
  document_name: 'A lawn',
  document_body: 'How do I mow it?',
  brief: '',
  due_on: null,
  target_words: null,
  notes: [],
  editor_id: null,
  hand_over: '',
};

function commission(team: Team, fields: Partial<Commission> = {}, who: Member = 'Sam') {
  return team.services.documents.commission(team.principals[who], { ...nothing, ...fields });
}

async function take(team: Team, documentId: Id, who: Member, step: DocumentStep, note = '') {
  const from = team.library.store().documents.get(documentId)!.document_state;
  return team.services.documents.step(team.principals[who], {
    ...{ document_id: documentId, step, from, hand_over: note },
  });
}

function write(team: Team, documentId: Id, who: Member, document_body: string) {
  const base_version_ids = [...team.library.store().documents.headVersionIds(documentId)];
  return team.services.documents.save(team.principals[who], {
    ...{ document_id: documentId, document_body, base_version_ids, draft: false },
  });
}

const list = (team: Team, who: Principal, query: Partial<ChannelPayload<'documents:list'>> = {}) =>
  team.services.documents.list(who, {
    query: '',
    place: 'library',
    offset: 0,
    limit: 50,
    ...query,
  });
const namesIn = async (...args: Parameters<typeof list>) =>
  (await list(...args)).documents.map(({ document_name }) => document_name);

const kindsFor = async ({ services, principals }: Team, who: Member) =>
  (await services.notices.list(principals[who], { offset: 0, limit: 50 })).notices.map(
    ({ kind, actor_name }) => `${kind} ${actor_name ?? ''}`.trim(),
  );

describe('a commission', () => {
  it('has all that an editor needs, is theirs, and is drafted at once', async () => {
    const team = await openTeam();
    await team.signIn('Sam');
    const notes = [{ title: 'Tone', text: 'Calm.' }];
    const { document, autodoc } = await commission(team, {
      ...{ brief: 'Short.', due_on: '2026-12-24', target_words: 800, notes },
      ...{ editor_id: team.id('Ed'), hand_over: 'Begin with the mower.' },
    });
    expect(document).toMatchObject({
      ...{ brief: 'Short.', due_on: '2026-12-24', target_words: 800, notes },
      ...{ document_state: 'assigned', created_by: team.id('Sam') },
    });
    team.services.start();
    await autodocWhen(team, autodoc!.id, ({ autodoc_state }) => autodoc_state === 'done');
    const opened = await team.services.documents.open(team.principals.Ed, {
      document_id: document.id,
    });
    expect(opened).toMatchObject({
      sponsor: { name: 'Sam' },
      editor: { name: 'Ed' },
      seen_version_id: null,
    });
    expect(opened.allowed).toEqual(expect.arrayContaining(['document:write', 'document:submit']));
    expect(opened.allowed).not.toContain('document:approve');
    const [note] = await team.services.comments.list(team.principals.Ed, {
      document_id: document.id,
    });
    expect(note).toMatchObject({
      ...{ comment_body: 'Begin with the mower.', document_state: 'assigned', author_name: 'Sam' },
    });
  });

  it('without a text begins with its name as a heading, to draft from', async () => {
    const team = await openTeam();
    const { document, autodoc } = await commission(team, { document_body: ' ' });
    expect(document.document_body).toBe('# A lawn\n\n');
    expect(autodoc).not.toBeNull();
    expect(document.document_state).toBe('draft');
  });

  it('keeps its history when another editor is retained, or none', async () => {
    const team = await openTeam();
    const { document } = await commission(team, { editor_id: team.id('Ed') });
    const retain = (editor_id: Id | null) =>
      team.services.retentions.retain(team.principals.Sam, {
        ...{ document_id: document.id, editor_id, hand_over: '' },
      });
    await retain(team.id('Eve'));
    await retain(null);
    expect(team.library.store().documents.get(document.id)?.document_state).toBe('draft');
    const history = await team.services.retentions.list(team.principals.Sam, {
      document_id: document.id,
    });
    expect(history.map(({ editor_name, ended_on }) => [editor_name, ended_on !== null])).toEqual([
      ['Eve', true],
      ['Ed', true],
    ]);
    // Whoever is not retained any more does not see it any more.
    expect(await namesIn(team, team.principals.Ed)).toEqual([]);
    await expect(async () => retain(team.id('Sue'))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('the way of a document', () => {
  it('leads from the editor to the sponsor and back, and tells each of it', async () => {
    const team = await openTeam();
    const { document } = await commission(team, { editor_id: team.id('Ed') });
    const { id } = document;
    const state = () => team.library.store().documents.get(id)?.document_state;
    await write(team, id, 'Ed', 'How do I mow it? With a mower.');
    expect(state()).toBe('in_edit');
    await take(team, id, 'Ed', 'submit', 'Done, I think.');
    await take(team, id, 'Sam', 'request_changes', 'Longer.');
    await write(team, id, 'Ed', 'How do I mow it? With a mower, in stripes.');
    expect(state()).toBe('in_edit');
    await take(team, id, 'Ed', 'submit');
    await take(team, id, 'Sam', 'approve');
    // A change of what was approved has to be looked at again.
    await write(team, id, 'Ed', 'How do I mow it? By hand.');
    expect(state()).toBe('in_review');
    expect(await kindsFor(team, 'Sam')).toEqual(['reopened Ed', 'in_review Ed', 'in_review Ed']);
    expect(await kindsFor(team, 'Ed')).toEqual([
      'approved Sam',
      'changes_requested Sam',
      'assigned Sam',
    ]);
    expect(await kindsFor(team, 'Sue')).toEqual([]);
  });

  it('is not taken from a state that it is no longer in', async () => {
    const team = await openTeam();
    const { document } = await commission(team, { editor_id: team.id('Ed') });
    await take(team, document.id, 'Ed', 'submit');
    await expect(async () =>
      team.services.documents.step(team.principals.Ed, {
        ...{ document_id: document.id, step: 'submit', from: 'assigned', hand_over: '' },
      }),
    ).rejects.toMatchObject({ code: 'stale_state', details: { document_state: 'in_review' } });
  });

  it('knows what each person looked at last', async () => {
    const team = await openTeam();
    const { document, version } = await commission(team, { editor_id: team.id('Ed') });
    const seen = async (who: Member) =>
      (await team.services.documents.open(team.principals[who], { document_id: document.id }))
        .seen_version_id;
    expect(await seen('Sam')).toBe(version.id);
    expect(await seen('Ed')).toBeNull();
    await team.services.documents['mark-seen'](team.principals.Ed, {
      ...{ document_id: document.id, version_id: version.id },
    });
    const saved = await write(team, document.id, 'Sam', 'Another text.');
    expect(await seen('Ed')).toBe(version.id);
    expect(await seen('Sam')).toBe(saved.version.id);
  });
});

describe('the list', () => {
  it('shows each person theirs', async () => {
    const team = await openTeam();
    await commission(team, { document_name: 'Of Sam', editor_id: team.id('Ed') });
    await commission(team, { document_name: 'Of Sue' }, 'Sue');
    expect(await namesIn(team, team.principals.Sam)).toEqual(['Of Sam']);
    expect(await namesIn(team, team.principals.Ed)).toEqual(['Of Sam']);
    expect(await namesIn(team, team.principals.Eve)).toEqual([]);
    expect(await namesIn(team, team.principals.Ada)).toEqual(['Of Sue', 'Of Sam']);
    // A search finds no more than that.
    expect(await namesIn(team, team.principals.Eve, { query: 'mow' })).toEqual([]);
    expect(await namesIn(team, team.principals.Ed, { query: 'mow' })).toEqual(['Of Sam']);
  });

  it('tells of a document what a sponsor wants to know', async () => {
    const team = await openTeam();
    const { document, autodoc } = await commission(team, { editor_id: team.id('Ed') });
    const [own] = [team.principals.Sam];
    const store = team.library.store();
    const author = { id: own.user.id, sign: own.sign };
    const body = ' It is the first of six words.';
    store.write(author, (t) =>
      t.finishAutodoc(autodoc!.id, {
        ...{ autodoc_state: 'done', autodoc_body: body, failure: null },
        ...{ prompt_start: 0, prompt_end: 3, model_sha256: null, device: 'cpu', variant: 'int8' },
        ...{ tokens: 8, score: -1, duration_ms: 1, candidates: [], token_ids: [] },
      }),
    );
    await write(team, document.id, 'Ed', `Mow.${body}`);
    await team.services.comments.write(team.principals.Ed, {
      ...{ document_id: document.id, thread_id: null, comment_body: 'Well.', anchor: null },
    });
    const { documents } = await list(team, own);
    expect(documents[0]).toMatchObject({
      ...{ sponsor_name: 'Sam', editor_name: 'Ed', editor_id: team.id('Ed') },
      ...{ document_state: 'in_edit', words: 8, draft_excerpt: body, open_comments: 1 },
      machine_share: 7 / 8,
    });
    expect(store.verify().problems).toEqual([]);
  });

  it('filters and sorts', async () => {
    const team = await openTeam();
    const day = (days: number) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10);
    const late = await commission(team, { document_name: 'b late', due_on: day(-2) });
    await commission(team, { document_name: 'C soon', due_on: day(3), editor_id: team.id('Ed') });
    await commission(team, { document_name: 'a far', due_on: day(30), editor_id: team.id('Eve') });
    await commission(team, { document_name: 'D never' });
    const by = (sort: string, direction: 'asc' | 'desc' = 'asc') =>
      namesIn(team, team.principals.Sam, { sort: { by: sort as 'due_on', direction } });
    expect(await by('document_name')).toEqual(['a far', 'b late', 'C soon', 'D never']);
    expect(await by('due_on')).toEqual(['b late', 'C soon', 'a far', 'D never']);
    expect(await by('due_on', 'desc')).toEqual(['a far', 'C soon', 'b late', 'D never']);
    expect(await by('editor_name', 'desc')).toEqual(['a far', 'C soon', 'D never', 'b late']);
    const filter = {
      states: [],
      sponsor_id: null,
      editor_id: null,
      due: null,
      has_conflicts: false,
    };
    const only = (fields: object) =>
      namesIn(team, team.principals.Sam, { filter: { ...filter, ...fields } });
    expect(await only({ due: 'overdue' })).toEqual(['b late']);
    expect(await only({ due: 'week' })).toEqual(['C soon', 'b late']);
    expect(await only({ states: ['assigned'] })).toEqual(['a far', 'C soon']);
    expect(await only({ editor_id: team.id('Eve') })).toEqual(['a far']);
    expect(await only({ sponsor_id: team.id('Sue') })).toEqual([]);
    await team.services.documents.trash(team.principals.Sam, { document_id: late.document.id });
    expect(await only({ due: 'overdue' })).toEqual([]);
  });
});

describe('comments', () => {
  it('stand in threads, are changed by their authors and resolved by everybody at work', async () => {
    const team = await openTeam();
    const { document, version } = await commission(team, { editor_id: team.id('Ed') });
    const { comments } = team.services;
    const { Sam, Ed, Ada, Eve } = team.principals;
    const anchor = {
      ...{ version_id: version.id, quote_start: 9, quote: 'mow', prefix: 'do I ', suffix: ' it?' },
    };
    const say = (who: Principal, comment_body: string, thread_id: Id | null = null) =>
      comments.write(who, {
        ...{ document_id: document.id, thread_id, comment_body },
        anchor: thread_id === null ? anchor : null,
      });
    const first = await say(Sam, 'Or cut?');
    const answer = await say(Ed, 'Mow.', first.id);
    expect(first.anchor).toEqual(anchor);
    await expect(async () => say(Ed, 'An answer to an answer', answer.id)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    const edit = (who: Principal) =>
      comments.edit(who, { comment_id: answer.id, comment_body: 'Mow, rather.' });
    await expect(async () => edit(Sam)).rejects.toMatchObject({ code: 'not_allowed' });
    await expect(async () => edit(Ada)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await edit(Ed)).toMatchObject({
      comment_body: 'Mow, rather.',
      edited_on: expect.any(String) as string,
    });
    expect(await comments.resolve(Ed, { comment_id: first.id, is_resolved: true })).toMatchObject({
      resolved_by: team.id('Ed'),
    });
    expect(await comments.resolve(Sam, { comment_id: first.id, is_resolved: false })).toMatchObject(
      { resolved_on: null },
    );
    await expect(async () => comments.remove(Eve, { comment_id: first.id })).rejects.toMatchObject({
      code: 'not_allowed',
    });
    await comments.remove(Ed, { comment_id: answer.id });
    expect(await comments.list(Sam, { document_id: document.id })).toHaveLength(1);
    expect(team.library.store().verify().problems).toEqual([]);
  });
});

describe('notices', () => {
  it('are read once, and only what comes later is new', async () => {
    const team = await openTeam();
    const { document } = await commission(team, { editor_id: team.id('Ed') });
    const { notices } = team.services;
    const unread = async () =>
      (await notices.list(team.principals.Ed, { offset: 0, limit: 10 })).unread;
    expect(await unread()).toBe(1);
    await notices['mark-read'](team.principals.Ed, undefined);
    expect(await unread()).toBe(0);
    await team.services.comments.write(team.principals.Sam, {
      ...{ document_id: document.id, thread_id: null, comment_body: 'Well?', anchor: null },
    });
    expect(await unread()).toBe(1);
    expect(await kindsFor(team, 'Ed')).toEqual(['comment Sam', 'assigned Sam']);
  });

  it('remind of what is due, and of a draft that is ready', async () => {
    const team = await openTeam();
    const tomorrow = new Date(Date.now() + 864e5).toISOString().slice(0, 10);
    await team.signIn('Sam');
    const { autodoc } = await commission(team, { due_on: tomorrow });
    team.services.start();
    await autodocWhen(team, autodoc!.id, ({ autodoc_state }) => autodoc_state === 'done');
    expect((await kindsFor(team, 'Sam')).sort()).toEqual(['drafted', 'due_soon']);
    await team.services.notices['mark-read'](team.principals.Sam, undefined);
    const page = await team.services.notices.list(team.principals.Sam, { offset: 0, limit: 10 });
    expect(page.unread).toBe(0);
  });
});

describe('the audit log', () => {
  it('tells an admin who did what, and nobody else', async () => {
    const team = await openTeam();
    const { document } = await commission(team, { editor_id: team.id('Ed') });
    await take(team, document.id, 'Ed', 'submit');
    const nobody = { actor_id: null, entity: null, document_id: null, from: null, to: null };
    const page = { ...nobody, offset: 0, limit: 200 };
    await expect(async () =>
      team.services.audit.list(team.principals.Sam, page),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    const { audit } = team.services;
    const { entries } = await audit.list(team.principals.Ada, {
      ...page,
      document_id: document.id,
    });
    expect(entries[0]).toMatchObject({
      ...{ actor_name: 'Ed', entity: 'document', field: 'document_state', value: 'in_review' },
      ...{ subject_name: 'A lawn', refused: null, machine_name: expect.any(String) as string },
    });
    expect(entries.map(({ entity, field, value }) => [entity, field, value])).toContainEqual([
      'retention',
      'terms',
      'Ed',
    ]);
    const today = new Date().toISOString().slice(0, 10);
    const ofEd = await audit.list(team.principals.Ada, {
      ...{ ...page, actor_id: team.id('Ed'), entity: 'document', from: today, to: today },
    });
    expect(ofEd.total).toBe(1);
    expect((await audit.list(team.principals.Ada, { ...page, to: '2020-01-01' })).total).toBe(0);
    // No text of a document is ever in it.
    expect(JSON.stringify(entries)).not.toContain('How do I');
  });
});
