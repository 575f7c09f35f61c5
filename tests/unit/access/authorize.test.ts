import { describe, expect, it } from 'vitest';
import {
  aComment,
  aDocument,
  allDocuments,
  allowedOperations,
  aUser,
  authorize,
  authorOf,
  may,
  memberOf,
  stranger,
  theLibrary,
  visitor,
  type DocumentFacts,
  type Principal,
} from '../../../src-main/access/authorize.ts';
import { operations, rules, stepTargets, type Grant } from '../../../src-main/access/rules.ts';
import {
  documentOperations,
  documentStates,
  userStatuses,
  userTypes,
  type DocumentState,
  type User,
} from '../../../src-main/contract/domain.ts';
import { documentSteps } from '../../../src-main/contract/work.ts';

function user(fields: Partial<User> = {}): User {
  return {
    id: 'me',
    name: 'Ada',
    email: '',
    organization: '',
    user_type: 'editor',
    user_status: 'approved',
    created_on: '2026-01-01T00:00:00.000Z',
    last_login: null,
    ...fields,
  };
}

const owner: Principal = { kind: 'owner', user: user() };
const asUser = (fields: Partial<User>): Principal => ({ kind: 'user', user: user(fields) });

const relations = {
  own: { created_by: 'me', editor_id: 'other' },
  retained: { created_by: 'other', editor_id: 'me' },
  neither: { created_by: 'other', editor_id: 'other' },
} as const;
const facts = (
  relation: keyof typeof relations,
  document_state: DocumentState = 'draft',
): DocumentFacts => ({ id: 'd1', document_state, ...relations[relation] });

describe('the table of who may do what to a document', () => {
  it('is, for every operation, person and state, what was agreed', async () => {
    const people = userTypes.flatMap((type) =>
      (['own', 'retained', 'neither'] as const).map((relation) => ({ type, relation })),
    );
    const lines = documentOperations.flatMap((operation) => [
      '',
      operation,
      ...people.map(({ type, relation }) => {
        const states = documentStates.filter((state) =>
          may(asUser({ user_type: type }), operation, aDocument(facts(relation, state))),
        );
        const when = states.length === documentStates.length ? 'always' : states.join(', ');
        return `  ${type}, ${relation}: ${when === '' ? 'never' : when}`;
      }),
    ]);
    await expect(`${lines.join('\n').trim()}\n`).toMatchFileSnapshot(
      '../../fixtures/who-may-do-what.txt',
    );
  });

  it.each(userTypes.flatMap((type) => userStatuses.map((status) => [type, status] as const)))(
    'gives an account nothing before it is approved: %s, %s',
    (user_type, user_status) => {
      const allowed = operations.filter((operation) =>
        may(asUser({ user_type, user_status }), operation, aDocument(facts('own'))),
      );
      const asStranger = operations.filter((operation) => may(stranger, operation, theLibrary));
      if (user_status === 'approved') expect(allowed).toContain('document:list');
      else expect(allowed).toEqual(asStranger);
    },
  );

  it('lets an owner do whatever some member may', () => {
    for (const operation of operations) {
      const grants: readonly Grant[] = rules[operation];
      for (const state of documentStates) {
        const isForMembers = grants.some(
          ({ to, in: states }) =>
            (states?.includes(state) ?? true) &&
            to.some((grantee) => grantee !== 'visitor' && grantee !== 'stranger'),
        );
        expect(may(owner, operation, aDocument(facts('neither', state))), operation).toBe(
          isForMembers,
        );
      }
    }
  });

  it('leads each step to another state than it begins in', () => {
    for (const step of documentSteps) {
      const grants: readonly Grant[] = rules[`document:${step}`];
      for (const grant of grants) expect(grant.in).not.toContain(stepTargets[step]);
    }
  });

  it('has for each state but the first a way to it and a way on', () => {
    const reached = new Set<DocumentState>(['draft', 'assigned', ...Object.values(stepTargets)]);
    expect([...reached].sort()).toEqual([...documentStates].sort());
    for (const state of documentStates) {
      const onwards = documentSteps.filter((step) =>
        may(owner, `document:${step}`, aDocument(facts('own', state))),
      );
      expect(onwards.length, state).toBeGreaterThan(0);
    }
  });
});

describe('authorize', () => {
  it('tells a stranger to sign in, and a visitor to start the library', () => {
    expect(() => authorize(stranger, 'document:list', allDocuments)).toThrow(
      expect.objectContaining({ code: 'sign_in_required' }),
    );
    expect(() => authorize(visitor, 'document:list', allDocuments)).toThrow(/no owner yet/);
    expect(() => authorize(visitor, 'library:start', theLibrary)).not.toThrow();
    expect(() => authorize(visitor, 'model:manage', theLibrary)).not.toThrow();
    expect(() => authorize(stranger, 'model:manage', theLibrary)).toThrow('Sign in');
  });

  it('says what was asked about what, and in which state it is', () => {
    const document = aDocument(facts('retained', 'in_review'));
    expect(() => authorize(asUser({}), 'document:write', document)).toThrow(
      expect.objectContaining({
        code: 'not_allowed',
        message: expect.stringContaining('in review') as string,
        details: { operation: 'document:write', subject: 'document', id: 'd1' },
      }),
    );
    expect(() => authorize(asUser({ user_status: 'pending' }), 'user:read', theLibrary)).toThrow(
      'not approved',
    );
  });

  it('knows whose account and whose comment it is', () => {
    expect(may(asUser({}), 'accounts:update', aUser('me'))).toBe(true);
    expect(may(asUser({ user_type: 'admin' }), 'accounts:update', aUser('other'))).toBe(false);
    expect(may(asUser({}), 'comment:manage', aComment('c', 'me'))).toBe(true);
    expect(may(asUser({ user_type: 'admin' }), 'comment:manage', aComment('c', 'o'))).toBe(false);
  });

  it('never allows an operation on a document without the document', () => {
    for (const operation of documentOperations) {
      // These are an admin's whatever the document is.
      if (['document:read', 'document:trash', 'document:purge'].includes(operation)) continue;
      expect(may(asUser({ user_type: 'admin' }), operation, allDocuments), operation).toBe(false);
    }
  });
});

describe('whoever asks', () => {
  it('is the member in whose name is written', () => {
    const sign = (hash: Uint8Array): Uint8Array => hash;
    expect(memberOf(owner).id).toBe('me');
    expect(authorOf(owner)).toEqual({ id: 'me' });
    expect(authorOf({ kind: 'user', user: user(), sign })).toEqual({ id: 'me', sign });
    expect(() => authorOf(visitor)).toThrow(/no owner yet/);
    expect(() => memberOf(stranger)).toThrow('Sign in');
  });

  it('is told what they may do to a document', () => {
    expect(allowedOperations(asUser({}), facts('neither'))).toEqual([]);
    expect(allowedOperations(asUser({}), facts('retained', 'assigned'))).toContain(
      'document:submit',
    );
  });
});
