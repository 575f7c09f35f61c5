import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { Logger } from '../../logging/logger.ts';
import { openStore } from '../../store/open-store.ts';
import type { SyncClient } from '../client-types.ts';
import { nodeDisk } from '../disk.ts';
import { lookInto } from './look-into.ts';
import { createLibrary, joinLibrary } from './make-library.ts';

/** Looking into team files, making libraries and writing them anew, wherever it is done. */
export type LibraryMaker = Pick<
  SyncClient,
  'lookInto' | 'joinLibrary' | 'createLibrary' | 'eraseTraces'
>;

/** In this very thread: for one that may be busy for a while. */
export function createLibraryMaker(logger: Logger): LibraryMaker {
  return {
    async lookInto(file, signal = new AbortController().signal) {
      const folder = path.join(os.tmpdir(), `autodoc-look-${randomBytes(6).toString('hex')}`);
      try {
        return await lookInto(file, folder, logger, signal);
      } finally {
        nodeDisk.removeFolder(folder);
      }
    },
    joinLibrary: (request, work) => joinLibrary(request, work, logger),
    createLibrary: (request, work) => createLibrary(request, work, logger),
    eraseTraces(directory) {
      const store = openStore({ directory, logger, create: false, isChecked: true });
      try {
        return Promise.resolve(store.eraseTraces());
      } finally {
        store.close();
      }
    },
  };
}
