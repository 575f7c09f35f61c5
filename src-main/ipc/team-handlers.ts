import { authorize, theLibrary } from '../access/authorize.ts';
import type { Services } from '../services/services.ts';
import type { FileDialogs } from './exchange-handlers.ts';
import type { ShellHandlers } from './service-handlers.ts';

const teamFiles = [{ name: 'Team file', extensions: ['db'] }];

type TeamChannel = 'team:create' | 'team:choose-file' | 'team:move';

/**
 * The channels that ask for a team file first. Who may not do it is told so before the dialog,
 * and the service decides again when it has the file.
 */
export function teamHandlers(
  { team, ...services }: Pick<Services, 'team' | 'principal'>,
  dialogs: FileDialogs,
): Pick<ShellHandlers, TeamChannel> {
  const requireManager = () => authorize(services.principal(), 'team:manage', theLibrary);
  return {
    'team:create': async (request) => {
      requireManager();
      const file = await dialogs.toWrite({
        title: 'Where the team file is to be: the folder that your sync service watches',
        buttonLabel: 'Create',
        defaultPath: `${fileName(request.title)}.db`,
        filters: teamFiles,
      });
      return file === null ? null : team.create(services.principal(), request, file);
    },
    'team:choose-file': async () => {
      requireManager();
      const file = await dialogs.toRead({
        title: 'Join a team file',
        buttonLabel: 'Look into it',
        filters: [...teamFiles, { name: 'Every file', extensions: ['*'] }],
      });
      return file === null ? null : team.choose(services.principal(), file);
    },
    'team:move': async () => {
      requireManager();
      const { file: present } = await team.status(services.principal(), undefined);
      const file = await dialogs.toWrite({
        title: 'Where the team file is now, or is to be',
        buttonLabel: 'Use this file',
        defaultPath: present ?? 'team.db',
        filters: teamFiles,
      });
      return file === null ? null : team.move(services.principal(), file);
    },
  };
}

/** A title as a file's name: without what some system would not take. */
function fileName(title: string): string {
  const name = title.replace(/[<>:"/\\|?*\u0000-\u001f\s]+/g, ' ').trim();
  return name === '' ? 'team' : name;
}
