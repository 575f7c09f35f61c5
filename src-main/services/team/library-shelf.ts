import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { AppError } from '../../contract/errors.ts';
import type { LibraryEntry } from '../../contract/team.ts';
import type { Logger } from '../../logging/logger.ts';
import { peekIntoLibrary } from '../../store/peek.ts';
import { isRestored, sharedKeys, teamFileIn, titleIn } from './shared-values.ts';

/** Where an application keeps its libraries. */
export interface LibraryFolders {
  /** A folder for each library lies in it. */
  readonly directory: string;
  /** The library that there is from the beginning. */
  readonly first: string;
  /** Says which library was opened last. */
  readonly openedFile: string;
}

/** A library of this machine, as it can be told without opening it. */
export interface ShelvedLibrary extends Omit<LibraryEntry, 'is_current'> {
  readonly directory: string;
  /** Null where it cannot be read. */
  readonly library_id: string | null;
  /** Whether it was made from an earlier team file: no member of the team. */
  readonly is_restored: boolean;
}

/** The libraries that this application holds. */
export interface LibraryShelf {
  /** The first one first, the others by their titles. */
  list(): readonly ShelvedLibrary[];
  /** A folder for a new library, which is not there yet. Throws `not_allowed` where there is to be just one. */
  newDirectory(title: string): string;
  /** Which library is to be opened at the next start. */
  remember(directory: string): void;
}

const keys = [sharedKeys.title, sharedKeys.file, sharedKeys.restored];

/** The libraries of an installed application. */
export function createLibraryShelf(folders: LibraryFolders, logger: Logger): LibraryShelf {
  const first = path.join(folders.directory, folders.first);
  return {
    list() {
      const names = namesIn(folders.directory).filter((name) => name !== folders.first);
      const others = names.map((name) => describe(path.join(folders.directory, name), name));
      others.sort((one, other) => (one.title.toLowerCase() < other.title.toLowerCase() ? -1 : 1));
      return [describe(first, 'Mine'), ...others];
    },
    newDirectory(title) {
      const name = folderName(title);
      for (let count = 1; ; count += 1) {
        const directory = path.join(folders.directory, count === 1 ? name : `${name}-${count}`);
        if (!existsSync(directory)) return directory;
      }
    },
    remember(directory) {
      try {
        writeWhole(folders.openedFile, JSON.stringify({ opened: path.basename(directory) }));
      } catch (error) {
        // The next start opens another library than this one: nothing is lost by it.
        logger.warn('which library is open could not be kept', { reason: String(error) });
      }
    },
  };
}

/** The one library of a folder that was named, which holds no others. */
export function createSingleShelf(directory: string): LibraryShelf {
  return {
    list: () => [describe(directory, path.basename(directory))],
    newDirectory() {
      throw new AppError(
        'not_allowed',
        'This folder holds one library. Nothing was made. Name another folder for a new one.',
      );
    },
    remember: () => undefined,
  };
}

const openedSchema = v.object({
  opened: v.pipe(v.string(), v.maxLength(255), v.regex(/^[^./\\\0][^/\\\0]*$/)),
});

/** The folder of the library that was opened last; the first where that is not known or gone. */
export function lastOpened({ directory, first, openedFile }: LibraryFolders): string {
  const kept = v.safeParse(openedSchema, readJson(openedFile));
  const opened = path.join(directory, kept.success ? kept.output.opened : first);
  return isLibrary(opened) ? opened : path.join(directory, first);
}

export function isLibrary(directory: string): boolean {
  return existsSync(path.join(directory, 'replica.db'));
}

function describe(directory: string, untitled: string): ShelvedLibrary {
  const values = peekIntoLibrary(directory, keys);
  return {
    directory,
    name: path.basename(directory),
    title: titleIn(values) ?? untitled,
    team_file: teamFileIn(values),
    library_id: values.libraryId,
    is_restored: isRestored(values),
  };
}

/** Folders of libraries. One that is still being made has a name that begins with a dot. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter(
      (name) => !name.startsWith('.') && isLibrary(path.join(directory, name)),
    );
  } catch {
    return [];
  }
}

/** Names that Windows keeps for itself. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/** A title as the name of a folder, on every system. */
function folderName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  if (plain === '') return 'library';
  return reserved.test(plain) ? `library-${plain}` : plain;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

/** A file that is there as it was or as it is to be, never a half of it. */
function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  const descriptor = openSync(temporary, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}
