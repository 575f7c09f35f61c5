import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stranger, type Principal } from '../../../src-main/access/authorize.ts';
import { toErrorEnvelope } from '../../../src-main/contract/errors.ts';
import { openTeam, type Team } from './team.ts';
import { temporaryFolder } from './workplace.ts';

/* Who may do what with the team file of a library with accounts, by each of its calls. */

const limits = { count: 1, megabytes: 1 };
const request = { title: 'Another', member_name: '', document_ids: null };

function managing({
  services: { team },
}: Team): Readonly<Record<string, (who: Principal) => unknown>> {
  const file = path.join(temporaryFolder(), 'team.db');
  const join = { preview_id: '01900000-0000-7000-8000-000000000000', title: 'x', member_name: '' };
  return {
    create: (who) => team.create(who, { ...request, document_ids: [] }, file),
    choose: (who) => team.choose(who, file),
    join: (who) => team.join(who, join),
    leave: (who) => team.leave(who, undefined),
    move: (who) => team.move(who, file),
    restore: (who) => team['restore-generation'](who, { id: 'none' }),
    'set-limits': (who) => team['set-limits'](who, limits),
    'share in place': (who) => team.inPlace.share(who, { file, member_name: '' }),
    'move in place': (who) => team.inPlace.move(who, file),
  };
}

/** How a call ended: done, or the code of its error. */
async function attempt(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'done';
  } catch (error) {
    return toErrorEnvelope(error).code;
  }
}

describe('the team file of a library with accounts', () => {
  it('is managed by those who are signed in, whatever they are', async () => {
    const team = await openTeam();
    const refused: Record<string, string> = {};
    for (const [name, call] of Object.entries(managing(team))) {
      refused[name] = await attempt(() => call(stranger));
      const answers = await Promise.all(
        [team.principals.Ada, team.principals.Sam, team.principals.Ed].map((who) =>
          attempt(() => call(who)),
        ),
      );
      for (const answer of answers) {
        expect(['done', 'not_found', 'team_file_missing', 'already_exists'], name).toContain(
          answer,
        );
      }
    }
    expect(new Set(Object.values(refused))).toEqual(new Set(['sign_in_required']));
  });

  it('is told of to whoever sits at the machine', async () => {
    const { services } = await openTeam();
    expect(await services.team.status(stranger, undefined)).toMatchObject({ state: 'off' });
    expect(await services.team.generations(stranger, undefined)).toEqual([]);
    expect(await services.libraries.list(stranger, undefined)).toHaveLength(1);
    expect(await attempt(() => services.team.sync(stranger, undefined))).toBe('not_found');
  });

  it('is made of documents that whoever makes it may read', async () => {
    const { services, principals } = await openTeam();
    const { document } = await services.documents.create(principals.Sam, {
      ...{ document_name: 'Hers', document_body: '', draft: false },
    });
    const file = path.join(temporaryFolder(), 'team.db');
    const one = { ...request, document_ids: [document.id] };
    const create = (who: Principal, what: typeof request | typeof one) =>
      attempt(() => services.team.create(who, what, file));
    expect(await create(principals.Sue, one)).toBe('not_allowed');
    expect(await create(principals.Sam, request)).toBe('not_allowed');
    expect(await create(principals.Sam, one)).toBe('done');
    expect(await create(principals.Ada, request)).toBe('done');
  });
});
