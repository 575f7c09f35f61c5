import path from 'node:path';
import { serialize } from 'node:v8';
import { composeApplication } from '../../../src-main/composition.ts';
import type { User } from '../../../src-main/contract/domain.ts';
import { answer } from '../../../src-main/ipc/answer.ts';
import { serviceHandlers, type ShellHandlers } from '../../../src-main/ipc/service-handlers.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { writeLargeLibrary } from '../../fixtures/large-library.ts';
import { busiest } from '../../fixtures/large-library/people.ts';
import { cachedFolder, keyOf } from '../cache.ts';
import { listRequests, type Subjects, type Viewer } from './requests.ts';
import { toListRow, type ListRow } from './rows.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const size = { users: 5_000, documents: 10_000, autodocs: 50_000 };

interface ListsCourse {
  /** How often each is asked for, after the first time, which does not count. */
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/**
 * How long the main process is busy with each list of a large library: from a request at its
 * door to an answer that is ready to be sent.
 */
export async function measureLists({ rounds, say }: ListsCourse): Promise<ListRow[]> {
  const folder = await largeLibrary(say);
  const application = composeApplication({
    places: {
      library: folder,
      libraries: null,
      models: path.join(folder, 'models'),
      logs: path.join(folder, 'logs'),
    },
    resourcesDirectory: path.join(root, 'resources'),
    startEngine: () => {
      throw new Error('No list needs the engine');
    },
    syncWorker: path.join(root, 'src-main/sync/worker/main.ts'),
    appVersion: '0.0.0',
  });
  try {
    const { services, library } = application;
    const viewers = viewersOf(library.store());
    const rows: ListRow[] = [];
    for (const request of listRequests(subjectsOf(library.store(), viewers))) {
      const user = viewers[request.viewer];
      // In their name, without their password: nothing is written here.
      const inTheirName = { ...services, principal: () => ({ kind: 'user', user }) as const };
      const handlers = serviceHandlers(inTheirName, {} as ShellHandlers);
      const ask = () => answer(request.channel, own, request.payload, { handlers, page, logger });
      let result = await ask();
      const ms: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const start = performance.now();
        result = await ask();
        serialize(result);
        ms.push(performance.now() - start);
      }
      if (!result.ok) throw new Error(`"${request.name}" was refused: ${result.error.message}`);
      const bytes = Buffer.byteLength(JSON.stringify(result));
      rows.push(toListRow({ list: request.name, ms, bytes }));
    }
    return rows;
  } finally {
    await application.dispose();
  }
}

const own = { sender: { id: 1 }, senderFrame: { url: 'app://autodoc/', parent: null } };
const page = { origin: 'app://autodoc', isOwnWindow: () => true };
const logger = silentLogger;

/** Written anew each month: it tells of the last three years, and of what is due soon. */
async function largeLibrary(say: (line: string) => void): Promise<string> {
  const month = new Date().toISOString().slice(0, 7);
  const sources = [
    ...['src-main/access', 'migrations'],
    ...['judging', 'log', 'projection', 'state'].map((room) => `src-main/store/${room}`),
    ...['tests/fixtures/large-library', 'tests/fixtures/large-library.ts'],
  ];
  const key = await keyOf(sources.map((source) => path.join(root, source)));
  return cachedFolder('large-library', `${month}-${key}`, (directory) => {
    say('Writing a library with 10,000 documents');
    writeLargeLibrary({ directory, untilMs: Date.parse(`${month}-01T00:00:00Z`), ...size });
    return Promise.resolve();
  });
}

function viewersOf({ users }: LibraryStore): Readonly<Record<Viewer, User>> {
  const find = (email: string): User => users.byEmail(email)[0]!;
  return {
    admin: find(busiest.admin),
    sponsor: find(busiest.sponsor),
    editor: find(busiest.editor),
  };
}

/** The longest document, and words of it. */
function subjectsOf(
  store: LibraryStore,
  { sponsor, editor }: Readonly<Record<Viewer, User>>,
): Subjects {
  const [longest] = store.documents.list({
    ...{ query: '', place: 'library', visible_to: sponsor.id, offset: 0, limit: 1 },
    sort: { by: 'words', direction: 'desc' },
  }).documents;
  const { document_body, created_on } = store.documents.get(longest!.id)!;
  const longWords = document_body.match(/\p{L}{5,}/gu) ?? [];
  const byCount = [...Map.groupBy(longWords, (word) => word.toLowerCase())]
    .map(([word, { length }]) => ({ word, length }))
    .sort((one, other) => other.length - one.length);
  return {
    editorId: editor.id,
    sponsorId: sponsor.id,
    document: longest!,
    words: { common: byCount[0]!.word, rare: byCount.at(-1)!.word },
    day: created_on.slice(0, 10),
  };
}
