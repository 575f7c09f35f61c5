import type { Result } from '../../../../src-main/contract/errors.ts';
import { anchorAt } from '../../../../src-renderer/lib/find-quote.ts';
import { fakeId, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';

/** Sofia's document, edited by Bo, that people talk about: comments of every kind, changes, notices. */
export async function fillTalk(bridge: FakeBridge): Promise<void> {
  const [me, first, second] = [demoUsers.sofia.id, demoUsers.bo.id, demoUsers.ada.id];
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const before = `# How to mow a lawn

My grandfather mowed on Saturdays, before the heat. He had one rule: *never cut wet grass*. The blades tear it and the clippings clog.

Start at the edge and work inwards. Overlap each row by a hand's width.`;
  const body = `# How to mow a lawn

My grandfather mowed on Saturdays, before the heat, in rows so straight that the neighbours came to look. He had one rule: *never cut wet grass*. The blades tear it, the clippings clog, and by Monday the lawn is yellow where it should be green.

Start at the edge and work inwards. Overlap each row by a hand's width, and turn the other way the week after.`;
  const { id: document_id } = bridge.addDocument('A lawn, discussed', before, {
    updatedOn: ago(2),
    editorId: first,
    fields: { created_by: me, document_state: 'in_review' },
  });
  const [version] = await answer(bridge.invoke('versions:list', { document_id }));
  bridge.people.signIn('bo');
  bridge.changeElsewhere(document_id, body);
  bridge.people.signIn('sofia');
  await bridge.invoke('documents:mark-seen', { document_id, version_id: version!.id });
  const on = (phrase: string) => {
    const from = body.indexOf(phrase);
    const anchor = anchorAt(body, { from, to: from + phrase.length });
    return anchor === null ? null : { ...anchor, version_id: fakeId(1) };
  };
  const straight = bridge.work.addComment({
    document_id,
    comment_body: 'Do we know that they came to look? It reads like a story that grew.',
    anchor: on('rows so straight that the neighbours came to look'),
    created_by: first,
    created_on: ago(60 * 26),
  });
  bridge.work.addComment({
    document_id,
    thread_id: straight.id,
    comment_body: 'They did. I was one of them.',
    created_by: me,
    created_on: ago(60 * 3),
    edited_on: ago(60 * 2),
  });
  bridge.work.addComment({
    document_id,
    comment_body: 'Lovely. Keep.',
    anchor: on("a hand's width"),
    created_by: me,
    created_on: ago(55),
  });
  bridge.work.addComment({
    document_id,
    comment_body: 'Is this still true of modern mowers?',
    anchor: {
      version_id: fakeId(1),
      quote_start: 40,
      quote: 'sharpen the blade with a stone',
      prefix: '',
      suffix: '',
    },
    created_by: second,
    created_on: ago(60 * 50),
  });
  bridge.work.addComment({
    document_id,
    comment_body: 'The second half is new. Please look at the last paragraph first.',
    document_state: 'in_review',
    created_by: first,
    created_on: ago(20),
  });
  for (const [kind, minutes] of [
    ['approved', 60 * 24 * 6],
    ['due_soon', 60 * 30],
    ['comment', 60 * 26],
    ['in_review', 20],
  ] as const) {
    bridge.work.addNotice({
      kind,
      document_id,
      actor_name: kind === 'due_soon' ? null : 'Bo Ekman',
      created_on: ago(minutes),
      is_read: minutes > 60 * 24,
    });
  }
}

async function answer<T>(result: Promise<Result<T>>): Promise<T> {
  const given = await result;
  if (!given.ok) throw new Error(given.error.message);
  return given.value;
}
