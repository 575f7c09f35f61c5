import type { Principal } from '../../access/authorize.ts';
import type { ChannelPayload, JobStarted } from '../../contract/channels.ts';
import type {
  CsvEncoding,
  CsvSeparator,
  DraftFormat,
  RejectedRow,
} from '../../contract/exchange.ts';
import type { ChosenPrompts, PromptReport } from '../../contract/exchange-channels.ts';
import type { TakenChanges } from '../../store/exchange/types.ts';
import type { WorkOptions } from '../work-options.ts';
import type { ByteSource } from './read-bytes.ts';

export type ExportScope = ChannelPayload<'exchange:export'>;
export type PromptChoice = ChannelPayload<'exchange:preview-prompts'>;

export interface DraftsRequest {
  /** Those in it and in the folders below it; empty for the whole library. */
  readonly folder: string;
  readonly format: DraftFormat;
}

export interface BatchRequest {
  readonly input: ByteSource;
  /** Where the input lies; null where it is no file. */
  readonly inputFile: string | null;
  readonly output: string;
  readonly format: DraftFormat;
  /** Null for what is to be recognised. */
  readonly encoding: CsvEncoding | null;
  readonly separator: CsvSeparator | null;
  readonly has_header: boolean | null;
  /** Which columns hold the texts and the names; null for what their names suggest. */
  readonly textColumn: string | null;
  readonly nameColumn: string | null;
}

export interface BatchReport {
  /** Rows of the input that have a line in the output. */
  readonly rows: number;
  /** Of these, those that an earlier run had drafted. */
  readonly found: number;
  /** Of these, those whose draft failed. */
  readonly failed: number;
  readonly rejected_count: number;
  /** The first hundred rows that were left out. */
  readonly rejected: readonly RejectedRow[];
}

export interface BatchOptions extends WorkOptions {
  readonly onRejected: (row: RejectedRow) => void;
}

/** What the window asks for, with the file that its user chose. */
export interface ExchangeService {
  exportJson(principal: Principal, scope: ExportScope, file: string): JobStarted;
  importJson(principal: Principal, file: string): JobStarted;
  openPrompts(principal: Principal, file: string): Promise<ChosenPrompts>;
  /** Throws `not_found` for a file that was chosen too long ago. */
  'preview-prompts'(principal: Principal, choice: PromptChoice): Promise<ChosenPrompts>;
  'import-prompts'(
    principal: Principal,
    choice: ChannelPayload<'exchange:import-prompts'>,
  ): Promise<JobStarted>;
  /** Null while the import goes on, and for a job that is none. */
  report(principal: Principal, job: ChannelPayload<'exchange:report'>): PromptReport | null;
  exportDrafts(principal: Principal, drafts: DraftsRequest, file: string): JobStarted;

  /** What `exportJson` does in the background, to wait for. */
  writeJson(
    principal: Principal,
    scope: ExportScope,
    file: string,
    options: WorkOptions,
  ): Promise<void>;
  /** What `importJson` does in the background, to wait for. */
  readJson(principal: Principal, file: string, options: WorkOptions): Promise<TakenChanges>;
  /** What `exportDrafts` does in the background, to wait for. Answers how many documents. */
  writeDrafts(
    principal: Principal,
    drafts: DraftsRequest,
    file: string,
    options: WorkOptions,
  ): Promise<number>;
  /** Drafts every row of a file into another, going on where an earlier run stopped. */
  batch(principal: Principal, request: BatchRequest, options: BatchOptions): Promise<BatchReport>;
}
