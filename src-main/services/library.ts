import { uuidv7 } from 'uuidv7';
import type { LibraryStatus } from '../contract/channels.ts';
import { AppError } from '../contract/errors.ts';
import { authorize, theLibrary } from '../access/authorize.ts';
import type { AccountsService } from './accounts/accounts.ts';
import type { Session } from './accounts/session.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { Room } from './services.ts';
import { systemUserName } from './system-user-name.ts';

export interface LibraryServiceOptions {
  readonly library: LibraryHandle;
  readonly events: EventBus;
  readonly appVersion: string;
  readonly modelsDirectory: string;
  readonly session: Session;
  readonly accounts: AccountsService;
}

export function createLibraryService(options: LibraryServiceOptions): Room<'library'> {
  const { library, events, appVersion, modelsDirectory, session, accounts } = options;

  function status(): LibraryStatus {
    const store = library.store();
    return {
      is_first_start: store.users.first() === null,
      accounts: session.status(),
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
    async start(principal, beginning) {
      const store = library.store();
      // Whoever comes second, in another process, is an owner already.
      if (store.users.first() !== null) throw startedAlready();
      authorize(principal, 'library:start', theLibrary);
      if (beginning.mode === 'team') {
        const { mode: _mode, ...profile } = beginning;
        await accounts.startTeam(profile);
        return status();
      }
      // There is nobody else yet in whose name the first user could be written.
      const id = uuidv7();
      store.write({ id }, (transaction) => {
        // Looked at within the transaction: two processes may start one library.
        if (store.users.first() !== null) throw startedAlready();
        return transaction.createUser({
          id,
          name: beginning.name.trim() || systemUserName(),
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

function startedAlready(): AppError {
  return new AppError('already_exists', 'This library has been started already.');
}
