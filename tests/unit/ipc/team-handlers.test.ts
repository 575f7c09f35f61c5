import { expect, it, vi } from 'vitest';
import { stranger, visitor, type Principal } from '../../../src-main/access/authorize.ts';
import { teamHandlers } from '../../../src-main/ipc/team-handlers.ts';
import type { Services } from '../../../src-main/services/services.ts';

function handlersFor(who: Principal, chosen: string | null) {
  const team = {
    create: vi.fn(() => ({ job_id: 'job' })),
    choose: vi.fn(() => Promise.resolve({ preview_id: 'preview' })),
    move: vi.fn(() => Promise.resolve({ file: chosen })),
    status: () => ({ file: '/shared/present.db' }),
  };
  const dialogs = {
    toWrite: vi.fn((_question: { readonly defaultPath: string }) => Promise.resolve(chosen)),
    toRead: vi.fn(() => Promise.resolve(chosen)),
  };
  const services = { team, principal: () => who } as unknown as Services;
  return { team, dialogs, handlers: teamHandlers(services, dialogs) };
}

const request = { title: 'The press: all/of it', member_name: 'Ada', document_ids: null };

it('ask for a file, and hand it to the service with what was asked', async () => {
  const { handlers, team, dialogs } = handlersFor(visitor, '/shared/team.db');
  expect(await handlers['team:create'](request)).toEqual({ job_id: 'job' });
  expect(team.create).toHaveBeenCalledExactlyOnceWith(visitor, request, '/shared/team.db');
  // A title may have what no file's name may.
  expect(dialogs.toWrite.mock.calls[0]![0].defaultPath).toBe('The press all of it.db');
  await handlers['team:choose-file'](undefined);
  expect(team.choose).toHaveBeenCalledExactlyOnceWith(visitor, '/shared/team.db');
  await handlers['team:move'](undefined);
  expect(team.move).toHaveBeenCalledExactlyOnceWith(visitor, '/shared/team.db');
  expect(dialogs.toWrite.mock.calls[1]![0].defaultPath).toBe('/shared/present.db');
});

it('do nothing when the dialog is closed', async () => {
  const { handlers, team } = handlersFor(visitor, null);
  expect(await handlers['team:create'](request)).toBeNull();
  expect(await handlers['team:choose-file'](undefined)).toBeNull();
  expect(await handlers['team:move'](undefined)).toBeNull();
  expect(team.create).not.toHaveBeenCalled();
});

it('show no dialog to who may not do it', async () => {
  const { handlers, dialogs } = handlersFor(stranger, '/shared/team.db');
  const calls = [
    () => handlers['team:create'](request),
    () => handlers['team:choose-file'](undefined),
    () => handlers['team:move'](undefined),
  ];
  for (const call of calls) {
    await expect(async () => call()).rejects.toMatchObject({ code: 'sign_in_required' });
  }
  expect(dialogs.toWrite).not.toHaveBeenCalled();
  expect(dialogs.toRead).not.toHaveBeenCalled();
});
