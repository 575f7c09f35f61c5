import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src-main/logging/logger.ts';
import {
  createLibraryShelf,
  createSingleShelf,
  lastOpened,
  type LibraryFolders,
} from '../../../../src-main/services/team/library-shelf.ts';
import { sharedKeys } from '../../../../src-main/services/team/shared-values.ts';
import { openStore } from '../../../../src-main/store/open-store.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

let home: string;
let folders: LibraryFolders;
beforeEach(async () => {
  home = await temporaryFolder();
  folders = {
    directory: path.join(home, 'libraries'),
    first: 'mine',
    openedFile: path.join(home, 'opened-library.json'),
  };
});

/** Answers its id. */
function makeLibrary(name: string, values: Readonly<Record<string, unknown>> = {}): string {
  const store = openStore({ directory: path.join(folders.directory, name), logger: silentLogger });
  for (const [key, value] of Object.entries(values)) store.values.set(key, value);
  store.close();
  return store.libraryId;
}

describe('the libraries of an application', () => {
  it('are told without opening them, the first one first', () => {
    const ids = [
      makeLibrary('mine'),
      makeLibrary('the-press', { [sharedKeys.title]: 'The press', [sharedKeys.file]: '/s/p.db' }),
      makeLibrary('archive', {
        [sharedKeys.title]: 'An archive',
        [sharedKeys.restored]: '20261129T101500-000Z-p.db',
      }),
    ];
    const shelf = createLibraryShelf(folders, silentLogger);
    expect(shelf.list()).toEqual([
      {
        ...{ name: 'mine', title: 'Mine', team_file: null, library_id: ids[0] },
        ...{ directory: path.join(folders.directory, 'mine'), is_restored: false },
      },
      {
        ...{ name: 'archive', title: 'An archive', team_file: null, library_id: ids[2] },
        ...{ directory: path.join(folders.directory, 'archive'), is_restored: true },
      },
      {
        ...{ name: 'the-press', title: 'The press', team_file: '/s/p.db', library_id: ids[1] },
        ...{ directory: path.join(folders.directory, 'the-press'), is_restored: false },
      },
    ]);
  });

  it('are told while one of them is open and written to', () => {
    const store = openStore({
      directory: path.join(folders.directory, 'mine'),
      logger: silentLogger,
    });
    store.values.set(sharedKeys.title, 'Ours');
    expect(createLibraryShelf(folders, silentLogger).list()[0]).toMatchObject({ title: 'Ours' });
    store.close();
  });

  it('leave out what is no library, or is still being made', () => {
    makeLibrary('mine');
    makeLibrary('.~making-7');
    mkdirSync(path.join(folders.directory, 'empty'));
    writeFileSync(path.join(folders.directory, 'a file'), '');
    expect(createLibraryShelf(folders, silentLogger).list()).toHaveLength(1);
  });

  it('are told of with what can still be read of a damaged one', () => {
    makeLibrary('mine');
    const damaged = path.join(folders.directory, 'damaged');
    mkdirSync(damaged);
    writeFileSync(path.join(damaged, 'replica.db'), 'nothing of the kind');
    writeFileSync(path.join(damaged, 'state.db'), 'no more than that');
    expect(createLibraryShelf(folders, silentLogger).list()[1]).toMatchObject({
      ...{ name: 'damaged', title: 'damaged', team_file: null, library_id: null },
    });
  });

  it.each([
    ['The press', 'the-press'],
    ['Über  Ümläute & Co.', 'u-ber-u-mla-ute-co'],
    ['../../etc', 'etc'],
    ['CON', 'library-con'],
    ['日本語', 'library'],
    ['.', 'library'],
    ['x'.repeat(200), 'x'.repeat(40)],
  ])('of the title %j has a folder with a plain name', (title, name) => {
    const shelf = createLibraryShelf(folders, silentLogger);
    expect(shelf.newDirectory(title)).toBe(path.join(folders.directory, name));
    mkdirSync(path.join(folders.directory, name), { recursive: true });
    expect(shelf.newDirectory(title)).toBe(path.join(folders.directory, `${name}-2`));
  });
});

describe('the library that was opened last', () => {
  it('is the first one until another is opened', () => {
    makeLibrary('mine');
    makeLibrary('the-press');
    const shelf = createLibraryShelf(folders, silentLogger);
    expect(lastOpened(folders)).toBe(path.join(folders.directory, 'mine'));
    shelf.remember(path.join(folders.directory, 'the-press'));
    expect(lastOpened(folders)).toBe(path.join(folders.directory, 'the-press'));
    expect(JSON.parse(readFileSync(folders.openedFile, 'utf8'))).toEqual({ opened: 'the-press' });
    expect(readdirSync(home).toSorted()).toEqual(['libraries', 'opened-library.json']);
  });

  it.each([
    '',
    '{"opened": "gone"}',
    '{"opened": "../mine"}',
    '{"opened": "/etc"}',
    '{"opened": ".."}',
    '{"opened": 7}',
    'null',
    '[',
  ])('is the first one where the file says %j', (text) => {
    makeLibrary('mine');
    writeFileSync(folders.openedFile, text);
    expect(lastOpened(folders)).toBe(path.join(folders.directory, 'mine'));
  });

  it('cannot be kept where the disk refuses, and nothing else fails of it', () => {
    mkdirSync(folders.openedFile);
    createLibraryShelf(folders, silentLogger).remember(path.join(folders.directory, 'mine'));
    expect(lastOpened(folders)).toBe(path.join(folders.directory, 'mine'));
  });
});

it('is just one library where its folder was named', () => {
  const shelf = createSingleShelf(path.join(home, 'store'));
  expect(shelf.list()).toMatchObject([{ name: 'store', title: 'store', library_id: null }]);
  expect(() => shelf.newDirectory('Another')).toThrow(/holds one library/);
});
