import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Id } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';
import type { RoundOutcome, TeamSync, TeamSyncOptions } from '../../../src-main/sync/types.ts';
import { ownerId, temporaryDirectory } from '../../fixtures/store/temporary-library.ts';

/*
 * Machines that play a team over one folder: real libraries, real files, real rounds.
 */

export interface Machine {
  readonly name: string;
  readonly store: LibraryStore;
  readonly sync: TeamSync;
  /** What rounds said, the latest last. */
  readonly notices: string[];
  /** The steps that rounds took. */
  readonly steps: string[];
  write(name: string, body?: string): Id;
  round(): Promise<RoundOutcome>;
}

export type MachineOptions = Partial<Omit<TeamSyncOptions, 'store' | 'file'>>;

export class Team {
  readonly folder = temporaryDirectory();
  readonly file = path.join(this.folder, 'team.db');
  #libraryId: Id | null = null;

  /** A new member of the team, with a library of its own. */
  machine(name: string, options: MachineOptions = {}): Machine {
    const directory = path.join(temporaryDirectory(), name);
    const store = openStore({
      directory,
      logger: silentLogger,
      ...(this.#libraryId !== null && { libraryId: this.#libraryId }),
    });
    onTestFinished(() => store.close());
    this.#libraryId ??= store.libraryId;
    return machineOf(name, store, this.file, options);
  }

  names(): string[] {
    return fs.readdirSync(this.folder).sort();
  }
}

export function machineOf(
  name: string,
  store: LibraryStore,
  file: string,
  options: MachineOptions = {},
): Machine {
  const notices: string[] = [];
  const steps: string[] = [];
  const sync = createTeamSync({
    ...{ store, file, settleMs: 0, retryMs: 100, logger: silentLogger },
    breathe: () => Promise.resolve(),
    onNotice: (message) => notices.push(message),
    ...options,
    onStep(step) {
      steps.push(step);
      options.onStep?.(step);
    },
  });
  return {
    ...{ name, store, sync, notices, steps },
    write: (document_name, document_body = 'A body') =>
      store.write({ id: ownerId }, (t) => t.createDocument({ document_name, document_body }))
        .document.id,
    round: () => sync.round(),
  };
}

/** The names of a library's documents, sorted. */
export function documentNames(store: LibraryStore): string[] {
  const { documents } = store.documents.list({
    ...{ query: '', visible_to: null, place: 'library', offset: 0, limit: 1_000 },
  });
  return documents.map((document) => document.document_name).sort();
}

/** What lies in one of the folders where sharing puts things aside. */
export function keptIn(store: LibraryStore, folder: 'quarantine' | 'trash' | 'generations') {
  const directory = path.join(store.directory, 'team', folder);
  return fs.existsSync(directory) ? fs.readdirSync(directory).sort() : [];
}
