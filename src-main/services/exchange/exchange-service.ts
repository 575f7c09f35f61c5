import path from 'node:path';
import { uuidv7 } from 'uuidv7';
import {
  allDocuments,
  authorize,
  authorOf,
  theLibrary,
  type Principal,
} from '../../access/authorize.ts';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { PromptReport } from '../../contract/exchange-channels.ts';
import type { TakenChanges } from '../../store/exchange/types.ts';
import { authorizeDocument } from '../document-access.ts';
import type { Jobs } from '../jobs.ts';
import type { WorkOptions } from '../work-options.ts';
import { runBatch, type BatchServices } from './batch.ts';
import { createBreather } from './breather.ts';
import {
  maxPromptFileBytes,
  previewOf,
  promptFileAdvice,
  readPrompts,
  type PromptFile,
  type PromptReading,
} from './csv/prompt-file.ts';
import { parseExport } from './export-text.ts';
import { importPrompts } from './import-prompts.ts';
import { createPromptDocuments } from './prompt-documents.ts';
import { fileSource, readBytes } from './read-bytes.ts';
import { checkExport } from './read-export.ts';
import { takeExport } from './take-export.ts';
import type { ExchangeService, ExportScope, PromptChoice } from './types.ts';
import { writeDrafts } from './write-drafts.ts';
import { writeExport } from './write-export.ts';

/*
 * Files out and in. The shell asks for a file and hands its path over; the window never sees
 * one. What takes long goes on as a job, and for the command line as a promise.
 */

/** Taking changes stops everything else in the process, so the window takes no more than this at a time. */
const maxImportBytesInWindow = 10_000_000;
/** What is read is held in memory. */
const maxImportBytes = 500_000_000;

export interface ExchangeServiceOptions extends BatchServices {
  readonly jobs: Jobs;
}

/** Files whose preview is asked for again, and imports whose report is; the older are forgotten. */
const maxRemembered = 20;

export function createExchangeService(options: ExchangeServiceOptions): ExchangeService {
  const { library, events, jobs } = options;
  const documents = createPromptDocuments(options);
  const chosen = new Map<Id, string>();
  const reports = new Map<Id, PromptReport>();

  function authorizeExport(principal: Principal, { document_id }: ExportScope): void {
    if (document_id === null) authorize(principal, 'library:export', theLibrary);
    else authorizeDocument(principal, 'document:read', library.store(), document_id);
  }

  async function takeFile(
    principal: Principal,
    file: string,
    maxBytes: number,
    { signal, onProgress }: WorkOptions,
  ): Promise<TakenChanges> {
    authorize(principal, 'library:import', theLibrary);
    const breathe = createBreather(signal);
    const source = fileSource(file);
    const advice = 'Import it with "autodoc import", or export and import its documents singly.';
    const bytes = await readBytes(source, { maxBytes, advice, signal });
    onProgress({ message: 'Checking the file', fraction: null });
    const parsed = await parseExport(bytes, source.name, breathe);
    const exported = await checkExport(parsed, source.name, breathe);
    onProgress({ message: 'Taking its changes', fraction: null });
    // Nobody is here yet in whose name it could be: its people come with it.
    const author = principal.kind === 'visitor' ? { id: uuidv7() } : authorOf(principal);
    const taken = takeExport(library.store(), author, exported, source.name);
    events.emit('store:changed', { documents: [], everything: true });
    return taken;
  }

  function fileOf(previewId: Id): string {
    const file = chosen.get(previewId);
    if (file !== undefined) return file;
    throw new AppError(
      'not_found',
      'This file was chosen too long ago. Nothing was imported. Choose it again.',
    );
  }

  async function openFile(file: string, reading: PromptReading): Promise<PromptFile> {
    // A file that is read again and again while its preview is shown: nothing stops it.
    const { signal } = new AbortController();
    const limit = { maxBytes: maxPromptFileBytes, advice: promptFileAdvice, signal };
    return readPrompts(await readBytes(fileSource(file), limit), reading, createBreather(signal));
  }

  async function preview(previewId: Id, file: string, choice: Omit<PromptChoice, 'preview_id'>) {
    const prompts = await openFile(file, choice);
    const mapping = choice.mapping ?? prompts.suggested;
    const breathe = createBreather(new AbortController().signal);
    const shown = await previewOf(prompts, mapping, path.basename(file), breathe);
    return { preview_id: previewId, ...shown };
  }

  return {
    exportJson(principal, scope, file) {
      authorizeExport(principal, scope);
      return jobs.start({
        kind: 'export_library',
        subject: path.basename(file),
        operation: scope.document_id === null ? 'library:export' : 'document:list',
        beginning: 'Writing the export',
        cancelled: 'Cancelled. Nothing was written.',
        async run(work) {
          await writeExport(library.store(), scope.document_id, file, work);
          return `Exported to "${file}".`;
        },
      });
    },

    importJson(principal, file) {
      authorize(principal, 'library:import', theLibrary);
      return jobs.start({
        kind: 'import_library',
        subject: path.basename(file),
        operation: 'library:import',
        beginning: 'Reading the file',
        cancelled: 'Cancelled. Nothing was imported.',
        run: async (work) =>
          takenInWords(await takeFile(principal, file, maxImportBytesInWindow, work)),
      });
    },

    async openPrompts(principal, file) {
      authorize(principal, 'document:create', theLibrary);
      const previewId = uuidv7();
      const shown = await preview(previewId, file, {
        ...{ encoding: null, separator: null, has_header: null, mapping: null },
      });
      remember(chosen, previewId, file);
      return shown;
    },

    'preview-prompts'(principal, choice) {
      authorize(principal, 'document:create', theLibrary);
      return preview(choice.preview_id, fileOf(choice.preview_id), choice);
    },

    async 'import-prompts'(principal, { preview_id, mapping, ...reading }) {
      authorize(principal, 'document:create', theLibrary);
      const file = fileOf(preview_id);
      const prompts = await openFile(file, reading);
      const job = jobs.start({
        kind: 'import_prompts',
        subject: path.basename(file),
        operation: 'document:create',
        beginning: 'Making documents',
        cancelled:
          'Cancelled. The documents that were made are kept; importing it again makes the others.',
        async run(work) {
          const request = { file: prompts, mapping, source: path.resolve(file) };
          const imported = await importPrompts(principal, request, documents, work);
          const { found, ...report } = imported;
          remember(reports, job.job_id, report);
          return promptsInWords(report, found);
        },
      });
      return job;
    },

    report(principal, { job_id }) {
      authorize(principal, 'document:create', theLibrary);
      return reports.get(job_id) ?? null;
    },

    exportDrafts(principal, drafts, file) {
      authorize(principal, 'document:list', allDocuments);
      return jobs.start({
        kind: 'export_drafts',
        subject: path.basename(file),
        operation: 'document:list',
        beginning: 'Writing drafts',
        cancelled: 'Cancelled. Nothing was written.',
        async run(work) {
          const written = await writeDrafts(library.store(), principal, drafts, file, work);
          return `${written === 1 ? '1 document is' : `${written} documents are`} in "${file}".`;
        },
      });
    },

    async writeJson(principal, scope, file, work) {
      authorizeExport(principal, scope);
      await writeExport(library.store(), scope.document_id, file, work);
    },

    readJson: (principal, file, work) => takeFile(principal, file, maxImportBytes, work),

    async writeDrafts(principal, drafts, file, work) {
      authorize(principal, 'document:list', allDocuments);
      return writeDrafts(library.store(), principal, drafts, file, work);
    },

    batch: (principal, request, work) => runBatch(principal, request, options, work),
  };
}

/** Puts an entry into a map that forgets its oldest. */
function remember<T>(map: Map<Id, T>, id: Id, value: T): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > maxRemembered && oldest !== undefined) map.delete(oldest);
}

/** What came of an import, for people. */
export function takenInWords({ taken, known, collided }: TakenChanges): string {
  const here = known > 0 ? ` ${known} were here already.` : '';
  const aside =
    collided > 0 ? ` ${collided} have the number of another change and were kept aside.` : '';
  return `Imported ${taken === 1 ? '1 change' : `${taken} changes`}.${here}${aside}`;
}

function promptsInWords({ documents, rejected_count }: PromptReport, found: number): string {
  const here = found > 0 ? ` ${found} were made of this file before.` : '';
  const rows = rejected_count === 1 ? '1 row was' : `${rejected_count} rows were`;
  const left = rejected_count > 0 ? ` ${rows} left out.` : '';
  return `Made ${documents === 1 ? '1 document' : `${documents} documents`}, with drafts queued.${here}${left}`;
}
