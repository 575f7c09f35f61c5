import { authorize, theLibrary } from '../access/authorize.ts';
import { AppError } from '../contract/errors.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { Room } from './services.ts';
import type { LibraryShelf } from './team/library-shelf.ts';
import type { LibrarySwitch } from './team/library-switch.ts';

export interface LibrariesServiceOptions {
  readonly library: LibraryHandle;
  readonly shelf: LibraryShelf;
  readonly libraries: LibrarySwitch;
}

/** The libraries of this machine: whoever sits at it may turn to another, and signs in there. */
export function createLibrariesService(options: LibrariesServiceOptions): Room<'libraries'> {
  const { library, shelf, libraries } = options;
  return {
    list(principal) {
      authorize(principal, 'library:read', theLibrary);
      return shelf.list().map(({ name, title, team_file, directory }) => ({
        ...{ name, title, team_file },
        is_current: directory === library.directory,
      }));
    },
    async open(principal, { name }) {
      authorize(principal, 'library:read', theLibrary);
      const found = shelf.list().find((shelved) => shelved.name === name);
      if (found === undefined) {
        throw new AppError('not_found', `There is no library "${name}" on this machine.`);
      }
      await libraries.open(found.directory);
      return null;
    },
  };
}
