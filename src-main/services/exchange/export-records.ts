import type { JsonValue } from '../../store/log/change.ts';
import type { ExchangedChange } from '../../store/exchange/types.ts';
import {
  sectionSchemas,
  type AuditRecord,
  type ExportedRecord,
  type RecordSection,
} from './export-format.ts';

/** Columns that hold JSON, which an export has as such. */
const jsonColumns: Readonly<Record<RecordSection, readonly string[]>> = {
  users: [],
  user_devices: [],
  documents: ['tags', 'notes'],
  retentions: [],
  versions: ['parents'],
  autodocs: ['parameters', 'candidates', 'token_ids'],
  revisions: [],
  comments: ['anchor'],
};

/** A row of a derived table as an export has it: its keys in the format's order, and no others. */
export function recordOf<S extends RecordSection>(section: S, row: object): ExportedRecord<S> {
  const columns = new Map<string, unknown>(Object.entries(row));
  return Object.fromEntries(
    Object.keys(sectionSchemas[section].entries).map((key) => {
      const value = columns.get(key) ?? null;
      const isJson = typeof value === 'string' && jsonColumns[section].includes(key);
      return [key, isJson ? (JSON.parse(value) as unknown) : value];
    }),
  ) as ExportedRecord<S>;
}

/**
 * A change as an export has it. `hasVersion`: the version with its id is in the export and has
 * the text, which is not written twice.
 */
export function auditRecordOf(change: ExchangedChange, hasVersion: boolean): AuditRecord {
  const { value } = change;
  const isElsewhere = hasVersion && isBodyChange(change) && typeof value === 'string';
  return {
    id: change.id,
    replica_id: change.replica_id,
    seq: change.seq,
    hlc: change.hlc,
    actor_id: change.actor_id,
    entity: change.entity,
    entity_id: change.entity_id,
    field: change.field,
    parents: [...change.parents],
    ...(value === undefined && { value: null, purged: true }),
    ...(value !== undefined && !isElsewhere && { value }),
    value_sha256: hex(change.value_sha256),
    sha256: hex(change.sha256),
    signature: change.signature === null ? null : hex(change.signature),
  };
}

/** The change again. `versionBody` is the text of the version with its id, if there is one. */
export function changeOf(
  { value, purged, ...record }: AuditRecord,
  versionBody: string | null,
): ExchangedChange {
  const bytes = (digits: string): Buffer => Buffer.from(digits, 'hex');
  return {
    ...record,
    value: purged === true ? undefined : ((value ?? versionBody ?? null) as JsonValue),
    value_sha256: bytes(record.value_sha256),
    sha256: bytes(record.sha256),
    signature: record.signature === null ? null : bytes(record.signature),
  };
}

export function isBodyChange({ entity, field }: Pick<AuditRecord, 'entity' | 'field'>): boolean {
  return entity === 'document' && field === 'document_body';
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
