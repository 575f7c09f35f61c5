import type { Principal } from '../../access/authorize.ts';
import type { PromptMapping, RejectedRow } from '../../contract/exchange.ts';
import type { PromptReport } from '../../contract/exchange-channels.ts';
import type { WorkOptions } from '../work-options.ts';
import { createBreather } from './breather.ts';
import { maxToldRows, type PromptFile } from './csv/prompt-file.ts';
import type { PromptDocuments } from './prompt-documents.ts';

interface PromptImport {
  readonly file: PromptFile;
  readonly mapping: PromptMapping;
  /** What the file is called by its rows: the same for each time it is imported. */
  readonly source: string;
}

/** How an import of prompts ended. */
interface ImportedPrompts extends PromptReport {
  /** Rows whose documents an earlier import has made. */
  readonly found: number;
}

const rowsPerMessage = 20;

/**
 * Makes a document of each row and queues its draft. A row that is no prompt is told and left
 * out, and so is one whose document is there already: an import that was stopped can be done
 * again and makes nothing twice.
 */
export async function importPrompts(
  principal: Principal,
  { file, mapping, source }: PromptImport,
  documents: PromptDocuments,
  { signal, onProgress }: WorkOptions,
): Promise<ImportedPrompts> {
  const breathe = createBreather(signal);
  const rejected: RejectedRow[] = [];
  const counts = { documents: 0, found: 0, rejected_count: 0 };
  let rows = 0;
  for (const row of file.rows(mapping)) {
    await breathe();
    rows += 1;
    if (rows % rowsPerMessage === 0) onProgress({ message: `${rows} rows read`, fraction: null });
    if (row.prompt === null) {
      counts.rejected_count += 1;
      if (rejected.length < maxToldRows) rejected.push(row.rejected);
      continue;
    }
    const documentId = documents.idOf(principal, source, row.line, row.prompt);
    const { isNew } = await documents.make(principal, documentId, row.prompt);
    if (isNew) counts.documents += 1;
    else counts.found += 1;
  }
  return { ...counts, rejected };
}
