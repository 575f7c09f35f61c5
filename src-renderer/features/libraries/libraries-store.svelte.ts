import type { LibraryEntry } from '../../../src-main/contract/team.ts';
import { call } from '../../ipc/client.ts';
import { reportError } from '../../lib/report-error.ts';

/** The libraries that this application holds. */
export class LibrariesStore {
  #entries = $state.raw<readonly LibraryEntry[]>([]);

  get entries(): readonly LibraryEntry[] {
    return this.#entries;
  }

  get current(): LibraryEntry | undefined {
    return this.#entries.find(({ is_current }) => is_current);
  }

  async load(): Promise<void> {
    try {
      this.#entries = await call('libraries:list');
    } catch (thrown) {
      reportError(thrown);
    }
  }
}
