import { describe, expect, it } from 'vitest';
import { userStatuses, type UserStatus } from '../../../src-main/contract/domain.ts';
import {
  aDocument,
  actorOf,
  authorize,
  theLibrary,
  visitor,
  type Principal,
} from '../../../src-main/services/access.ts';

function member(user_status: UserStatus): Principal {
  return {
    kind: 'member',
    user: {
      id: 'u1',
      name: 'Ada',
      email: '',
      organization: '',
      user_type: 'editor',
      user_status,
      created_on: '2026-01-01T00:00:00.000Z',
      last_login: null,
    },
  };
}

describe('authorize', () => {
  it('lets an approved member of an open library do everything', () => {
    expect(() => authorize(member('approved'), 'document:write', aDocument('d1'))).not.toThrow();
    expect(() => authorize(member('approved'), 'model:manage', theLibrary)).not.toThrow();
  });

  it.each(userStatuses.filter((status) => status !== 'approved'))(
    'keeps a member who is %s from the documents',
    (status) => {
      expect(() => authorize(member(status), 'document:read', aDocument('d1'))).toThrow(
        expect.objectContaining({
          code: 'not_allowed',
          details: { operation: 'document:read', subject: 'document', id: 'd1' },
        }),
      );
    },
  );

  it('lets a visitor start a library and look after models, and nothing else', () => {
    expect(() => authorize(visitor, 'library:start', theLibrary)).not.toThrow();
    expect(() => authorize(visitor, 'model:manage', theLibrary)).not.toThrow();
    expect(() => authorize(visitor, 'document:create', aDocument(null))).toThrow(/no owner yet/);
  });
});

describe('actorOf', () => {
  it('is the member', () => expect(actorOf(member('approved'))).toBe('u1'));
  it('is nobody for a visitor', () => expect(() => actorOf(visitor)).toThrow(/no owner yet/));
});
