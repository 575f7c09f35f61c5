import { setImmediate } from 'node:timers/promises';
import { authorize, theLibrary } from '../access/authorize.ts';
import type { AuditEntry, AuditFilter } from '../contract/audit.ts';
import { recordWriter, type RecordWriter } from './exchange/draft-records.ts';
import { writeFileWhole } from './exchange/write-file.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { AuditService } from './services.ts';

const columns = [
  'id',
  'changed_on',
  'actor_id',
  'actor_name',
  'replica_id',
  'machine_name',
  'entity',
  'entity_id',
  'field',
  'document_id',
  'subject_name',
  'value',
  'refused',
] as const satisfies readonly (keyof AuditEntry)[];

const pageLength = 200;

export function createAuditService({ library }: { readonly library: LibraryHandle }): AuditService {
  /** Page by page, so that other work gets its turn between two. */
  async function* entries(filter: AuditFilter): AsyncGenerator<AuditEntry> {
    for (let offset = 0; ; offset += pageLength) {
      const page = library.store().audit.page({ ...filter, offset, limit: pageLength });
      yield* page.entries;
      if (page.entries.length < pageLength) return;
      await setImmediate();
    }
  }

  async function* lines(
    writer: RecordWriter<AuditEntry>,
    filter: AuditFilter,
  ): AsyncGenerator<string> {
    yield writer.header;
    for await (const entry of entries(filter)) yield writer.line(entry);
  }

  return {
    list(principal, query) {
      authorize(principal, 'audit:read', theLibrary);
      return library.store().audit.page(query);
    },

    async export(principal, { format, ...filter }, file) {
      authorize(principal, 'audit:read', theLibrary);
      const writer = recordWriter<AuditEntry>(format, columns);
      await writeFileWhole(file, lines(writer, filter), new AbortController().signal);
    },
  };
}
