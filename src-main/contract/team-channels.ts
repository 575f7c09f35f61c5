import * as v from 'valibot';
import { channel } from './channel.ts';
import type { ConflictView } from './conflicts.ts';
import { idSchema, wellFormed, type Id } from './domain.ts';
import type {
  LibraryEntry,
  PurgeReport,
  TeamFilePreview,
  TeamGeneration,
  TeamGenerationLimits,
  TeamStatus,
} from './team.ts';

const nothing = v.undefined();
const title = v.pipe(wellFormed, v.trim(), v.minLength(1), v.maxLength(200));
const memberName = v.pipe(wellFormed, v.trim(), v.maxLength(200));
/** A name of a folder or file: never a path. */
const plainName = v.pipe(
  v.string(),
  v.maxLength(255),
  v.regex(/^[^/\\\0]+$/, 'not a plain name'),
  v.check((name) => name !== '.' && name !== '..', 'not a plain name'),
);

/** Libraries, the team file, what stands side by side, and purging. */
export const teamChannels = {
  'libraries:list': channel<readonly LibraryEntry[]>()(nothing),
  /** Opens another library; the window begins anew with it. */
  'libraries:open': channel<null>()(v.strictObject({ name: plainName })),

  'team:status': channel<TeamStatus>()(nothing),
  /**
   * Makes a new library with these documents of the present one (null: all of them), shares it by
   * a file that the system's dialog asks for, and opens it. Null when the dialog was closed.
   */
  'team:create': channel<{ readonly job_id: Id } | null>()(
    v.strictObject({
      title,
      member_name: memberName,
      document_ids: v.nullable(v.pipe(v.array(idSchema), v.maxLength(100_000))),
    }),
  ),
  /** Asks for a team file with the system's dialog and looks into it. */
  'team:choose-file': channel<TeamFilePreview | null>()(nothing),
  /** Makes a library from a copy of the file, and opens it. */
  'team:join': channel<{ readonly job_id: Id }>()(
    v.strictObject({ preview_id: idSchema, title, member_name: memberName }),
  ),
  /** The library and its work stay on this machine; it is shared no longer. */
  'team:leave': channel<TeamStatus>()(nothing),
  /** Says where the team file is now, or shall be; asks with the system's dialog. */
  'team:move': channel<TeamStatus | null>()(nothing),
  /** Looks at once. */
  'team:sync': channel<TeamStatus>()(nothing),
  'team:generations': channel<readonly TeamGeneration[]>()(nothing),
  /** Makes a library of its own from an earlier team file, and opens it. */
  'team:restore-generation': channel<{ readonly job_id: Id }>()(v.strictObject({ id: plainName })),
  'team:set-limits': channel<TeamGenerationLimits>()(
    v.strictObject({
      count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000)),
      megabytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)),
    }),
  ),

  /** The first version that stands beside a document's text, in pieces; null where none does. */
  'conflicts:show': channel<ConflictView | null>()(v.strictObject({ document_id: idSchema })),

  /** Empties a document of all its words, on every machine that hears of it. Admins alone. */
  'documents:purge': channel<PurgeReport>()(v.strictObject({ document_id: idSchema })),
} as const;
