import { isDeepStrictEqual } from 'node:util';
import type { Id } from '../../contract/domain.ts';
import type { TakenChanges } from '../../store/exchange/types.ts';
import type { Author, LibraryStore } from '../../store/types.ts';
import { recordSections, type RecordSection } from './export-format.ts';
import { recordOf } from './export-records.ts';
import { damaged, type SoundExport } from './read-export.ts';

/** What a record follows from: the kind of entity in the log. */
const entities = {
  users: 'user',
  user_devices: 'user_device',
  documents: 'document',
  retentions: 'retention',
  versions: 'document',
  autodocs: 'autodoc',
  revisions: 'revision',
  comments: 'comment',
} as const satisfies Record<RecordSection, string>;

/**
 * Takes the changes of an export into a library, all of them or none. Afterwards, still inside
 * the transaction, each of its records must be what the library has; only where the library
 * knows more of something than the export does may it differ, and where accounts are on in what
 * people are: an import lets nobody in. Throws `invalid_input`.
 */
export function takeExport(
  store: LibraryStore,
  author: Author,
  exported: SoundExport,
  source: string,
): TakenChanges {
  return store.exchange.take(author, exported.changes, () => {
    const differing = differingRecords(store, exported);
    if (differing.length === 0) return;
    const ahead = entitiesAhead(store, exported);
    const wrong = differing.find(
      ({ key, isPerson }) => !ahead.has(key) && !(isPerson && store.accountsAreOn()),
    );
    if (wrong !== undefined) {
      throw damaged(source, `${wrong.where} does not follow from its changes`);
    }
  });
}

interface Differing {
  /** Where it stands in the export. */
  readonly where: string;
  /** What it follows from. */
  readonly key: string;
  readonly isPerson: boolean;
}

function differingRecords(store: LibraryStore, { file }: SoundExport): readonly Differing[] {
  const differing: Differing[] = [];
  const records = store.exchange.records(file.document_id);
  for (const section of recordSections) {
    const exported = new Map(file[section].map((record, index) => [record.id, { record, index }]));
    for (const row of records[section]) {
      const expected = exported.get(row.id);
      if (expected === undefined) continue;
      const isSame = isDeepStrictEqual(
        withoutBody(section, recordOf(section, row)),
        withoutBody(section, expected.record),
      );
      if (isSame) exported.delete(row.id);
    }
    for (const { record, index } of exported.values()) {
      const entityId =
        'document_id' in record && section === 'versions' ? record.document_id : record.id;
      differing.push({
        where: `${section}[${index}]`,
        key: keyOf(entities[section], entityId),
        isPerson: section === 'users' || section === 'user_devices',
      });
    }
  }
  return differing;
}

/** A version's body is its change's value, which has been compared with its hash. */
function withoutBody(section: RecordSection, record: object): object {
  return section === 'versions' ? { ...record, document_body: null } : record;
}

/** What the library has changes of that the export has not. */
function entitiesAhead(store: LibraryStore, { file, changes }: SoundExport): ReadonlySet<string> {
  const exported = new Set(changes.map(({ id }) => id));
  const ahead = new Set<string>();
  for (const { id, entity, entity_id } of store.exchange.changesOf(file.document_id)) {
    if (!exported.has(id)) ahead.add(keyOf(entity, entity_id));
  }
  return ahead;
}

function keyOf(entity: string, entityId: Id): string {
  return `${entity} ${entityId}`;
}
