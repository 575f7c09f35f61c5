import { homedir } from 'node:os';
import path from 'node:path';

/** Where the application keeps things. */
export interface Places {
  /** The library: `replica.db` and `state.db`. */
  readonly library: string;
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
  return {
    library: path.join(home, 'libraries', 'mine'),
    models: path.join(home, 'models'),
    logs: path.join(home, 'logs'),
  };
}

/** The places of `--store DIR`: everything in one folder, which may hold other files too. */
export function placesOfStore(directory: string): Places {
  const store = path.resolve(directory);
  return {
    library: store,
    models: path.join(store, 'models'),
    logs: path.join(store, 'logs'),
  };
}
