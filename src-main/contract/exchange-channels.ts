import * as v from 'valibot';
import { channel } from './channel.ts';
import { idSchema, type Id } from './domain.ts';
import {
  csvEncodings,
  csvSeparators,
  draftFormats,
  promptMappingSchema,
  type PromptPreview,
  type RejectedRow,
} from './exchange.ts';

const nothing = v.undefined();

export interface ChosenPrompts extends PromptPreview {
  /** What the file is called in the next requests. Its path stays with the main process. */
  readonly preview_id: Id;
}

/** How an import of prompts ended. */
export interface PromptReport {
  readonly documents: number;
  readonly rejected_count: number;
  readonly rejected: readonly RejectedRow[];
}

/**
 * Files out and in. Those that need a file ask for it with the system's dialog, and answer null
 * when the user closed it; the work goes on as a job.
 */
export const exchangeChannels = {
  /** A document as JSON, or the whole library. */
  'exchange:export': channel<{ readonly job_id: Id } | null>()(
    v.strictObject({ document_id: v.nullable(idSchema) }),
  ),
  'exchange:import': channel<{ readonly job_id: Id } | null>()(nothing),
  'exchange:choose-prompts': channel<ChosenPrompts | null>()(nothing),
  /** The same file, read otherwise. Null keeps what was recognised. */
  'exchange:preview-prompts': channel<ChosenPrompts>()(
    v.strictObject({
      preview_id: idSchema,
      encoding: v.nullable(v.picklist(csvEncodings)),
      separator: v.nullable(v.picklist(csvSeparators)),
      has_header: v.nullable(v.boolean()),
      mapping: v.nullable(promptMappingSchema),
    }),
  ),
  /** Makes a document of each row and queues its draft. */
  'exchange:import-prompts': channel<{ readonly job_id: Id }>()(
    v.strictObject({
      preview_id: idSchema,
      encoding: v.picklist(csvEncodings),
      separator: v.picklist(csvSeparators),
      has_header: v.boolean(),
      mapping: promptMappingSchema,
    }),
  ),
  /** How an import of prompts ended; null while it goes on. */
  'exchange:report': channel<PromptReport | null>()(v.strictObject({ job_id: idSchema })),
  /** The documents of a folder with their latest drafts; empty for the whole library. */
  'exchange:export-drafts': channel<{ readonly job_id: Id } | null>()(
    v.strictObject({
      folder: v.pipe(v.string(), v.maxLength(1_000)),
      format: v.picklist(draftFormats),
    }),
  ),
} as const;
