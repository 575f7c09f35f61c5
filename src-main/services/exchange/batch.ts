import path from 'node:path';
import { authorize, theLibrary, type Principal } from '../../access/authorize.ts';
import type { ChannelPayload } from '../../contract/channels.ts';
import type { Autodoc, AutodocWithDocument, Document, Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { PromptMapping, RejectedRow } from '../../contract/exchange.ts';
import { openBatchOutput, type BatchRecord } from './batch-output.ts';
import { createBreather } from './breather.ts';
import {
  maxPromptFileBytes,
  maxToldRows,
  promptFileAdvice,
  readPrompts,
  type PromptFile,
} from './csv/prompt-file.ts';
import type { Prompt } from './csv/prompt.ts';
import { draftRecord, latestDraft } from './draft-records.ts';
import {
  createPromptDocuments,
  type PromptDocuments,
  type PromptDocumentsOptions,
} from './prompt-documents.ts';
import { readBytes } from './read-bytes.ts';
import type { BatchOptions, BatchReport, BatchRequest } from './types.ts';

export interface BatchServices extends PromptDocumentsOptions {
  readonly autodocs: {
    draft(
      principal: Principal,
      payload: ChannelPayload<'autodocs:draft'>,
    ): Autodoc | Promise<Autodoc>;
  };
  readonly drafting: {
    start(): void;
    ended(autodocId: Id, signal: AbortSignal): Promise<AutodocWithDocument>;
  };
}

/** Documents that wait for their draft at a time: few, as a batch that is stopped leaves them queued. */
const maxWaiting = 4;

interface BatchRow {
  readonly line: number;
  readonly prompt: Prompt;
}

interface WaitingRow {
  readonly line: number;
  readonly document: Document;
  readonly autodocId: Id;
}

/**
 * Drafts every row of a file and writes the drafts to another as they come. Each row has one
 * document, found again by the row: whenever a run ends, another goes on where it stopped and
 * makes nothing twice.
 */
export async function runBatch(
  principal: Principal,
  request: BatchRequest,
  services: BatchServices,
  { signal, onProgress, onRejected }: BatchOptions,
): Promise<BatchReport> {
  authorize(principal, 'document:create', theLibrary);
  const { library, autodocs, drafting } = services;
  const breathe = createBreather(signal);
  const limit = { maxBytes: maxPromptFileBytes, advice: promptFileAdvice, signal };
  const file = await readPrompts(await readBytes(request.input, limit), request, breathe);
  const mapping = mappingOf(file, request);
  const total = countRows(file, mapping);
  const output = await openBatchOutput(request.output, request.format, request.inputFile);
  const documents = createPromptDocuments(services);
  const store = library.store();

  const rejected: RejectedRow[] = [];
  const counts = { rows: 0, found: 0, failed: 0, rejected_count: 0 };
  const rows = acceptedRows();
  let hasBegun = false;

  try {
    let next = rows.next();
    await output.begin(draftedAlready(), signal);
    hasBegun = true;
    drafting.start();
    const waiting: WaitingRow[] = [];
    for (; next.done !== true; next = rows.next()) {
      waiting.push(await ask(next.value));
      if (waiting.length >= maxWaiting) await finish(waiting.shift()!);
    }
    while (waiting.length > 0) await finish(waiting.shift()!);
    return { ...counts, rejected };

    /** The rows at the start that an earlier run has drafted: nothing is left to wait for. */
    async function* draftedAlready(): AsyncGenerator<BatchRecord> {
      for (; next.done !== true; next = rows.next()) {
        await breathe();
        const { line, prompt } = next.value;
        const document = store.documents.get(idOf(principal, documents, request, line, prompt));
        const draft = document === null ? null : latestDraft(store, document.id);
        if (document === null || draft?.autodoc_state !== 'done') return;
        counts.found += 1;
        yield record(line, document, draft);
      }
    }
  } catch (error) {
    throw hasBegun ? withWhatIsKept(error, counts.rows, request.output) : error;
  } finally {
    await output.close();
  }

  function* acceptedRows(): Generator<BatchRow> {
    for (const row of file.rows(mapping)) {
      if (row.prompt !== null) {
        yield row;
        continue;
      }
      counts.rejected_count += 1;
      if (rejected.length < maxToldRows) rejected.push(row.rejected);
      onRejected(row.rejected);
    }
  }

  /** The row's document, with a draft that is done or will be. */
  async function ask({ line, prompt }: BatchRow): Promise<WaitingRow> {
    signal.throwIfAborted();
    const documentId = idOf(principal, documents, request, line, prompt);
    const { document, autodoc } = await documents.make(principal, documentId, prompt);
    const draft = autodoc ?? latestDraft(store, documentId);
    if (draft !== null && draft.autodoc_state !== 'failed' && draft.autodoc_state !== 'cancelled') {
      if (draft.autodoc_state === 'done') counts.found += 1;
      return { line, document, autodocId: draft.id };
    }
    const { id } = await autodocs.draft(principal, { document_id: documentId });
    return { line, document, autodocId: id };
  }

  async function finish({ line, document, autodocId }: WaitingRow): Promise<void> {
    const draft = await drafting.ended(autodocId, signal);
    if (draft.autodoc_state !== 'done') counts.failed += 1;
    await output.append(record(line, document, draft));
  }

  function record(line: number, document: Document, draft: AutodocWithDocument): BatchRecord {
    counts.rows += 1;
    onProgress({
      message: `${counts.rows} of ${total} rows drafted`,
      fraction: total === 0 ? 1 : counts.rows / total,
    });
    return { line, ...draftRecord(store, document, draft) };
  }
}

function idOf(
  principal: Principal,
  documents: PromptDocuments,
  request: BatchRequest,
  line: number,
  prompt: Prompt,
): Id {
  const source = request.inputFile === null ? request.input.name : path.resolve(request.inputFile);
  return documents.idOf(principal, source, line, prompt);
}

function countRows(file: PromptFile, mapping: PromptMapping): number {
  let rows = 0;
  for (const { prompt } of file.rows(mapping)) if (prompt !== null) rows += 1;
  return rows;
}

/** Throws `invalid_input` for a name that no column has. */
function mappingOf(
  { columns, suggested }: PromptFile,
  { textColumn, nameColumn }: BatchRequest,
): PromptMapping {
  const indexOf = (name: string): number => {
    const index = columns.indexOf(name);
    if (index >= 0) return index;
    const known = columns.slice(0, 20).map((column) => `"${column.slice(0, 40)}"`);
    throw new AppError(
      'invalid_input',
      `The input has no column "${name}". Nothing was drafted. Its columns: ${known.join(', ')}.`,
    );
  };
  const document_body = textColumn === null ? suggested.document_body : indexOf(textColumn);
  const document_name = nameColumn === null ? suggested.document_name : indexOf(nameColumn);
  // A column that was named as the text is not also what its own name suggests.
  const unlessText = (column: number | null) => (column === document_body ? null : column);
  return {
    document_body,
    document_name: nameColumn === null ? unlessText(document_name) : document_name,
    folder: unlessText(suggested.folder),
    tags: unlessText(suggested.tags),
  };
}

function withWhatIsKept(error: unknown, rows: number, output: string): unknown {
  if (!(error instanceof AppError)) return error;
  const kept = `${rows} rows are in "${output}"; the same command goes on from there.`;
  return new AppError(error.code, `${error.message} ${kept}`, {
    details: { ...error.details, rows },
    cause: error,
  });
}
