import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedKeys } from '../../../src-main/services/team/shared-values.ts';
import { openTeam } from './team.ts';
import { openWorkplace } from './workplace.ts';

describe('purging a document', () => {
  it('takes it away for good, and says plainly where it does not reach', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const { services, library } = workplace;
    const { document } = await services.documents.create(owner, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: true },
    });
    await services.documents.autosave(owner, {
      ...{ document_id: document.id, document_body: 'How do I mow it, typed?' },
      base_version_ids: [...library.store().documents.headVersionIds(document.id)],
    });
    const folder = path.join(workplace.directory, 'team', 'quarantine');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'torn.db'), 'SQL');
    const told: string[] = [];
    services.events.on('store:changed', ({ documents }) => told.push(...documents));

    const alone = await services.documents.purge(owner, { document_id: document.id });
    // Its name, its text, and what its draft would have been; a request has no words of its own.
    expect(alone.changes).toBeGreaterThanOrEqual(2);
    expect(alone.unreachable.join('\n')).toMatch(/torn\.db/);
    expect(alone.unreachable.join('\n')).toMatch(/Backups, exports/);
    expect(alone.unreachable.join('\n')).not.toMatch(/sync service/);
    expect(told).toEqual([document.id]);
    await expect(
      Promise.resolve().then(() => services.documents.open(owner, { document_id: document.id })),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(library.store().autodocs.queue()).toEqual([]);
    const { entries } = await services.audit.list(owner, {
      ...{ actor_id: null, entity: null, document_id: document.id, from: null, to: null },
      ...{ offset: 0, limit: 10 },
    });
    expect(entries[0]).toMatchObject({ entity: 'purge', subject_name: null, refused: null });
  });

  it('of a library that is shared names the others and the sync service', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const { document } = await workplace.services.documents.create(owner, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: false },
    });
    workplace.library.store().values.set(sharedKeys.file, '/nowhere/team.db');
    const report = await workplace.services.documents.purge(owner, { document_id: document.id });
    expect(report.unreachable.join('\n')).toMatch(/next share[^]*sync service/);
  });

  it('is an admin’s alone', async () => {
    const team = await openTeam();
    const { document } = await team.services.documents.create(team.principals.Sam, {
      ...{ document_name: 'Lawn', document_body: 'How do I mow it?', draft: false },
    });
    for (const name of ['Sam', 'Ed'] as const) {
      const asked = team.services.documents.purge(team.principals[name], {
        document_id: document.id,
      });
      await expect(asked).rejects.toThrow(/may not do this/);
    }
    expect(team.library.store().documents.get(document.id)).toEqual(document);
    await team.services.documents.purge(team.principals.Ada, { document_id: document.id });
    expect(team.library.store().documents.get(document.id)).toBeNull();
    expect(team.library.store().verify().problems).toEqual([]);
  });
});
