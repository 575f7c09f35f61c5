import type { AutodocWithDocument, Document } from '../../contract/domain.ts';
import type { DraftFormat } from '../../contract/exchange.ts';
import type { LibraryStore } from '../../store/types.ts';
import { csvLine, type CsvCell } from './csv/csv-cells.ts';
import { bodyOf } from './version-body.ts';

/** A document with its latest draft, as CSV and JSON lines have it; null for what there is not. */
export interface DraftRecord {
  readonly document_id: string;
  readonly document_name: string;
  readonly folder: string;
  readonly tags: string;
  readonly document_state: string;
  readonly autodoc_id: string | null;
  /** What the model read. */
  readonly prompt: string | null;
  readonly autodoc_body: string | null;
  readonly autodoc_state: string | null;
  readonly failure: string | null;
  readonly model_name: string | null;
  readonly model_sha256: string | null;
  readonly seed: number | null;
  /** As JSON. */
  readonly parameters: string | null;
  readonly device: string | null;
  readonly variant: string | null;
  readonly tokens: number | null;
  readonly score: number | null;
  readonly duration_ms: number | null;
  readonly document_created_on: string;
  readonly document_updated_on: string;
  readonly autodoc_created_on: string | null;
}

/** The newest draft that was written to its end, else the newest. */
export function latestDraft(store: LibraryStore, documentId: string): AutodocWithDocument | null {
  const drafts = store.autodocs.list(documentId);
  return drafts.find(({ autodoc_state }) => autodoc_state === 'done') ?? drafts[0] ?? null;
}

export function draftRecord(
  store: LibraryStore,
  document: Document,
  autodoc: AutodocWithDocument | null,
): DraftRecord {
  return {
    document_id: document.id,
    document_name: document.document_name,
    folder: document.folder,
    tags: document.tags.join(', '),
    document_state: document.document_state,
    autodoc_id: autodoc?.id ?? null,
    prompt: autodoc === null ? null : promptOf(store, autodoc),
    autodoc_body: autodoc?.autodoc_body ?? null,
    autodoc_state: autodoc?.autodoc_state ?? null,
    failure: autodoc?.failure ?? null,
    model_name: autodoc?.model_name ?? null,
    model_sha256: autodoc?.model_sha256 ?? null,
    seed: autodoc?.seed ?? null,
    parameters: autodoc === null ? null : JSON.stringify(autodoc.parameters),
    device: autodoc?.device ?? null,
    variant: autodoc?.variant ?? null,
    tokens: autodoc?.tokens ?? null,
    score: autodoc?.score ?? null,
    duration_ms: autodoc?.duration_ms ?? null,
    document_created_on: document.created_on,
    document_updated_on: document.updated_on,
    autodoc_created_on: autodoc?.created_on ?? null,
  };
}

/** How records of one kind are written: what comes first, and each record's line. */
export interface RecordWriter<R extends object> {
  /** Empty where nothing does. */
  readonly header: string;
  line(record: R): string;
}

export function recordWriter<R extends object>(
  format: DraftFormat,
  columns: readonly (keyof R & string)[],
): RecordWriter<R> {
  if (format === 'jsonl') return { header: '', line: (record) => `${JSON.stringify(record)}\n` };
  return {
    header: csvLine(columns),
    line: (record) => csvLine(columns.map((column) => record[column] as CsvCell)),
  };
}

export const draftColumns = [
  'document_id',
  'document_name',
  'folder',
  'tags',
  'document_state',
  'autodoc_id',
  'prompt',
  'autodoc_body',
  'autodoc_state',
  'failure',
  'model_name',
  'model_sha256',
  'seed',
  'parameters',
  'device',
  'variant',
  'tokens',
  'score',
  'duration_ms',
  'document_created_on',
  'document_updated_on',
  'autodoc_created_on',
] as const satisfies readonly (keyof DraftRecord)[];

/** Null until it was read. */
function promptOf(
  store: LibraryStore,
  { version_id, prompt_start, prompt_end }: AutodocWithDocument,
): string | null {
  if (prompt_start === null || prompt_end === null) return null;
  const body = bodyOf(store, version_id);
  return body === null ? null : body.slice(prompt_start, prompt_end);
}
