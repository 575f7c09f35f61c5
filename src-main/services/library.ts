import { userInfo } from 'node:os';
import { uuidv7 } from 'uuidv7';
import type { LibraryStatus } from '../contract/channels.ts';
import { AppError } from '../contract/errors.ts';
import { authorize, theLibrary, visitor, type Principal } from './access.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { Room } from './services.ts';

export interface LibraryServiceOptions {
  readonly library: LibraryHandle;
  readonly events: EventBus;
  readonly appVersion: string;
  readonly modelsDirectory: string;
}

export function createLibraryService(options: LibraryServiceOptions): Room<'library'> {
  const { library, events, appVersion, modelsDirectory } = options;

  function status(): LibraryStatus {
    const store = library.store();
    const [owner = null] = store.users.list();
    return {
      is_first_start: owner === null,
      owner,
      app_version: appVersion,
      store_path: store.directory,
      models_path: modelsDirectory,
      notices: store.notices,
    };
  }

  return {
    status(principal) {
      authorize(principal, 'library:read', theLibrary);
      return status();
    },
    start(principal, { name }) {
      authorize(principal, 'library:start', theLibrary);
      const store = library.store();
      // There is nobody else yet in whose name the first user could be written.
      const id = uuidv7();
      store.write(id, (transaction) => {
        // Looked at within the transaction: two processes may start one library.
        if (store.users.list().length > 0) {
          throw new AppError('already_exists', 'This library has been started already.');
        }
        return transaction.createUser({
          id,
          name: name.trim() || systemUserName(),
          email: '',
          organization: '',
          user_type: 'admin',
          user_status: 'approved',
        });
      });
      events.emit('store:changed', { documents: [], everything: true });
      return status();
    },
  };
}

/** Who sits at this machine: the library's owner, or a visitor before there is one. */
export function localPrincipal(library: LibraryHandle): Principal {
  if (!library.exists()) return visitor;
  const [owner] = library.store().users.list();
  return owner === undefined ? visitor : { kind: 'member', user: owner };
}

function systemUserName(): string {
  try {
    return userInfo().username || 'Me';
  } catch {
    // Some containers run under a number without a name.
    return 'Me';
  }
}
