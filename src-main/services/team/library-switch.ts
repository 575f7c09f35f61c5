import type { Principal } from '../../access/authorize.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';
import type { Session } from '../accounts/session.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { LibraryShelf } from './library-shelf.ts';

export interface LibrarySwitchOptions {
  readonly library: LibraryHandle;
  readonly shelf: LibraryShelf;
  readonly session: Session;
  readonly events: EventBus;
  readonly logger: Logger;
  /** Has the window hand over its text. Throws where it holds some that could not be kept. */
  readonly askForText: () => Promise<void>;
  readonly keepTexts: (principal: Principal) => Promise<unknown>;
  /** Ends the work that goes on in the library, whatever it is at. */
  readonly rest: () => Promise<void>;
  /** Begins it in the library that is open by then. Throws where it does not open. */
  readonly begin: () => void;
}

/** Turns the application to another of its libraries. */
export interface LibrarySwitch {
  /**
   * Keeps what was typed, ends the work in the library that is open, and opens the one in
   * `directory`. Throws where text could not be kept, and where the other does not open: then
   * the first is open again.
   */
  open(directory: string): Promise<void>;
}

export function createLibrarySwitch(options: LibrarySwitchOptions): LibrarySwitch {
  const { library, shelf, session, events, logger, askForText, keepTexts, rest, begin } = options;
  let isTurning = false;

  async function turn(directory: string): Promise<void> {
    const former = library.directory;
    await askForText();
    await keepTyped();
    try {
      await rest();
      library.turnTo(directory);
      // Where it does not open, whoever is signed in stays so.
      library.store();
      session.end();
      begin();
      shelf.remember(directory);
    } catch (error) {
      library.turnTo(former);
      begin();
      throw error;
    } finally {
      // Whichever it is now: the window has handed over its text and begins anew.
      events.emit('library:opened', null);
    }
  }

  /** As at the application's end. A text that cannot become a version stays in the journal. */
  async function keepTyped(): Promise<void> {
    if (library.opened() === null) return;
    const principal = session.principal();
    if (principal.kind !== 'owner' && principal.kind !== 'user') return;
    try {
      await keepTexts(principal);
    } catch (error) {
      logger.warn('typed text could not become a version', { code: toErrorEnvelope(error).code });
    }
  }

  return {
    async open(directory) {
      if (directory === library.directory && library.opened() !== null) return;
      if (isTurning) {
        throw new AppError(
          'store_busy',
          'Another library is just being opened. This one stays as it is. Try again in a moment.',
        );
      }
      isTurning = true;
      try {
        await turn(directory);
      } finally {
        isTurning = false;
      }
    },
  };
}
