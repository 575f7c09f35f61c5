import type { Principal } from '../../access/authorize.ts';
import type { LibraryStore } from '../../store/types.ts';
import type { LibraryMaker } from '../../sync/making/maker.ts';
import type { Jobs } from '../jobs.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { LibraryShelf } from './library-shelf.ts';
import type { LibrarySwitch } from './library-switch.ts';
import type { RoundsOf } from './rounds-until-settled.ts';
import type { Sharing } from './sharing.ts';

/** What the team's services are made of. */
export interface TeamParts {
  readonly library: LibraryHandle;
  readonly shelf: LibraryShelf;
  readonly libraries: LibrarySwitch;
  readonly sharing: Sharing;
  /** Looks into files and makes libraries where the main process is not kept waiting. */
  readonly client: LibraryMaker;
  /** Does so in this process, for whoever waits for it. */
  readonly maker: LibraryMaker;
  readonly jobs: Jobs;
  readonly roundsOf: RoundsOf;
  /** Opens a library that is none of this application's, to be closed again. */
  readonly openLibrary: (directory: string) => LibraryStore;
  /** Makes whoever is here the owner of a library that nobody has started. */
  readonly startLibrary: (principal: Principal, name: string) => Promise<Principal>;
}
