import fc from 'fast-check';
import { sql } from 'kysely';
import type { Id } from '../../../src-main/contract/domain.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { openReplica } from '../../fixtures/store/replicas.ts';

/** Kinds of thing that an id can be of, by the keys that the contract names them with. */
const kinds = {
  documents: ['document_id'],
  versions: ['version_id', 'base_version_ids'],
  autodocs: ['autodoc_id'],
  users: ['user_id', 'actor_id', 'sponsor_id', 'editor_id'],
  user_devices: ['device_id'],
  comments: ['comment_id', 'thread_id'],
  /** Not in the library: what services hand out. */
  handed: ['preview_id', 'job_id', 'download_id'],
} as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as readonly Kind[];
const mostOfAKind = 300;

const unknownIds: readonly Id[] = [
  '00000000-0000-0000-0000-000000000000',
  '01900000-0000-7000-8000-00000000beef',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** The ids that there are, of every kind: read when an id is made, not when the maker is. */
export class IdPool {
  readonly #ids = new Map<Kind, readonly Id[]>();

  /** Looks what the library has now. */
  refresh(store: LibraryStore): void {
    const { connection } = openReplica(store);
    for (const kind of kindNames) {
      if (kind === 'handed') continue;
      const newest = sql<{ id: Id }>`
        select id from ${sql.table(kind)} order by id desc limit ${mostOfAKind}`;
      const rows = connection.all(newest.compile(connection.query));
      this.#ids.set(
        kind,
        rows.map(({ id }) => id),
      );
    }
    connection.close();
  }

  clear(): void {
    this.#ids.clear();
  }

  /** Takes in the ids that an answer names beside the library's own. */
  handOut(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return;
    const named = kinds.handed.flatMap((key) => {
      const value: unknown = (answer as Record<string, unknown>)[key];
      return typeof value === 'string' ? [value] : [];
    });
    const known = this.#ids.get('handed') ?? [];
    this.#ids.set('handed', [...named, ...known].slice(0, mostOfAKind));
  }

  /** An id for a key: mostly of its kind, now and then of another one, or of nothing. */
  readonly forKey = (key: string): fc.Arbitrary<Id> => {
    const own = kindNames.find((kind) => (kinds[kind] as readonly string[]).includes(key));
    return fc
      .tuple(fc.noBias(fc.nat(9)), fc.constantFrom(...kindNames), fc.noBias(fc.nat()))
      .map(([chance, other, at]) => {
        const kind = chance < 7 ? (own ?? other) : other;
        const ids = chance === 9 ? [] : (this.#ids.get(kind) ?? []);
        return ids[at % ids.length] ?? unknownIds[at % unknownIds.length]!;
      });
  };
}
