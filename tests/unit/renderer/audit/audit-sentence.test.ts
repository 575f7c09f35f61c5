import { describe, expect, it } from 'vitest';
import { auditSentence } from '../../../../src-renderer/features/audit/audit-sentence.ts';
import { documentFields, userFields } from '../../../../src-main/store/projection/entities.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';

const { ada, bo } = demoUsers;

function sentence(
  entity: string,
  field: string,
  value: string | null = null,
  subject_name: string | null = 'Letter',
): string {
  return auditSentence({
    entity,
    field,
    value,
    subject_name,
    actor_id: ada.id,
    entity_id: bo.id,
  });
}

describe('a change as a sentence', () => {
  it.each([
    [['library', 'accounts'], 'switched accounts on'],
    [['user', 'user_status', 'approved', 'Bo'], 'approved the account of Bo'],
    [['user', 'user_status', 'suspended', 'Bo'], 'suspended the account of Bo'],
    [['user', 'user_type', 'editor', 'Bo'], 'made Bo an editor'],
    [['user', 'user_type', 'sponsor', 'Bo'], 'made Bo a sponsor'],
    [['user', 'last_login', null, 'Bo'], 'signed in'],
    [['user_device', 'device_status', 'revoked', 'Bo'], 'revoked a machine of Bo'],
    [['document', 'document_state', 'in_review'], 'moved “Letter” to in review'],
    [['document', 'document_body'], 'saved “Letter”'],
    [['document', 'document_name', 'Letter'], 'named a document “Letter”'],
    [['document', 'due_on', '2026-12-24'], 'made “Letter” due on 2026-12-24'],
    [['document', 'due_on'], 'took away the due date of “Letter”'],
    [['document', 'trashed_on', '2026-12-24T00:00:00.000Z'], 'moved “Letter” to the trash'],
    [['document', 'approved_versions'], 'said which versions of “Letter” they approve'],
    [['document', 'trashed_on'], 'took “Letter” back from the trash'],
    [['retention', 'terms', 'Bo'], 'retained Bo for “Letter”'],
    [['retention', 'terms'], 'retained an editor for “Letter”'],
    [['autodoc', 'request'], 'asked for a draft of “Letter”'],
    [['autodoc', 'outcome', 'failed'], 'could not finish a draft of “Letter”'],
    [['comment', 'is_resolved', 'true'], 'resolved a comment on “Letter”'],
    [['comment', 'is_resolved', 'false'], 'reopened a comment on “Letter”'],
  ] as const)('%j is “%s”', ([entity, field, value, subject], expected) => {
    expect(sentence(entity, field, value ?? null, subject ?? 'Letter')).toBe(expected);
  });

  it('knows who speaks of themselves', () => {
    const own = { entity: 'user', actor_id: bo.id, entity_id: bo.id, subject_name: 'Bo' };
    expect(auditSentence({ ...own, field: 'user_status', value: 'pending' })).toBe('registered');
    expect(auditSentence({ ...own, field: 'email', value: 'b@x.org' })).toBe(
      'set the e-mail of their account to “b@x.org”',
    );
  });

  it('has words for every field of users and documents', () => {
    for (const field of userFields) expect(sentence('user', field)).not.toMatch(/^set \w+_\w+ of/);
    for (const field of documentFields) {
      expect(sentence('document', field)).not.toMatch(/^set \w+ of a document/);
    }
  });

  it('tells what it does not know by its own name', () => {
    expect(sentence('spell_book', 'page', 'x', null)).toBe('set page of a spell book');
    expect(sentence('document', 'constructor')).toBe('set constructor of a document (Letter)');
    expect(sentence('__proto__', 'toString', null, null)).toBe('set toString of a   proto  ');
  });
});
