import { documentStates } from '../../../../src-main/contract/domain.ts';
import type { FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';

const subjects = [
  'Spring catalogue: how the bindings are made',
  'A letter to the subscribers about the new paper',
  'Why we print by the river',
  'Guide for visitors of the workshop',
  'The history of the press in twelve pictures',
  'Questions that people ask about repairs',
  'Speech for the opening of the reading room',
];
const body =
  'The paper comes from a mill **eleven kilometres** up the river, and arrives in sheets that ' +
  'are still a little warm. We let it lie for a week before anybody cuts it.\n\n' +
  'What follows is for readers who have never seen a book made by hand, and ';

/** Commissions in every state, some of them late, some with comments and drafts. */
export function fillWork(bridge: FakeBridge, count: number): void {
  const sponsors = [demoUsers.sofia, demoUsers.peter];
  const editors = [demoUsers.bo, demoUsers.elif];
  const day = (days: number): string =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  for (let index = 0; index < count; index++) {
    const document_state = documentStates[(index * 3) % documentStates.length]!;
    const subject = subjects[index % subjects.length]!;
    const editor = editors[index % 3];
    const { id } = bridge.addDocument(
      index < subjects.length ? subject : `${subject}, part ${index}`,
      body.repeat((index % 5) + 1),
      {
        updatedOn: new Date(Date.now() - index * 41 * 60_000).toISOString(),
        fields: {
          document_state,
          created_by: sponsors[index % 2]!.id,
          brief:
            'For the catalogue of next spring. Warm, plain, no jargon; somebody of twelve should follow it.\n\nName the mill.',
          due_on: index % 4 === 3 ? null : day((index % 23) - 3),
          target_words: index % 3 === 0 ? null : 400 * ((index % 5) + 1),
          notes: [
            { title: 'The letter of 2019', text: 'What we told the subscribers last time.' },
            { title: '', text: 'The mill is called Eschenau.' },
          ],
          folder: 'Catalogue 2027',
          tags: ['catalogue', 'spring'],
        },
        ...(editor !== undefined && document_state !== 'draft' && { editorId: editor.id }),
      },
    );
    if (index % 3 === 0 && index < 60) {
      bridge.addAutodoc(id, {
        autodoc_body: ' who would like to know what the glue is made of. It is made of patience.',
      });
    }
    if (index % 4 === 1 && index < 60) {
      bridge.work.addComment({
        document_id: id,
        comment_body: 'Can this be shorter?',
        created_by: sponsors[index % 2]!.id,
      });
    }
  }
}
