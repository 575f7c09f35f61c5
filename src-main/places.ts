import { homedir } from 'node:os';
import path from 'node:path';
import type { LibraryFolders } from './services/team/library-shelf.ts';

/** Where the application keeps things. */
export interface Places {
  /** The library that there is from the beginning: `replica.db` and `state.db`. */
  readonly library: string;
  /** Where several may lie; null where there is just that one. */
  readonly libraries: LibraryFolders | null;
  readonly models: string;
  readonly logs: string;
}

/** The application's own folder, by the platform's custom. */
export function applicationHome(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): string {
  if (platform === 'win32') {
    return path.join(environment.APPDATA ?? path.join(home, 'AppData', 'Roaming'), 'Autodoc');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Autodoc');
  // A relative XDG_CONFIG_HOME is to be ignored, says its specification, and an empty one too.
  const { XDG_CONFIG_HOME: configHome = '' } = environment;
  return path.join(
    path.isAbsolute(configHome) ? configHome : path.join(home, '.config'),
    'Autodoc',
  );
}

/** The places of an installed application. */
export function placesAt(home: string): Places {
  const directory = path.join(home, 'libraries');
  const first = 'mine';
  return {
    library: path.join(directory, first),
    libraries: { directory, first, openedFile: path.join(home, 'opened-library.json') },
    models: path.join(home, 'models'),
    logs: path.join(home, 'logs'),
  };
}

/** The places of `--store DIR`: everything in one folder, which may hold other files too. */
export function placesOfStore(directory: string): Places {
  const store = path.resolve(directory);
  return {
    library: store,
    libraries: null,
    models: path.join(store, 'models'),
    logs: path.join(store, 'logs'),
  };
}
