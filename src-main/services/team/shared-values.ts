import * as v from 'valibot';
import { idSchema, type Id } from '../../contract/domain.ts';
import {
  defaultGenerationLimits,
  type TeamGenerationLimits,
  type TeamNotice,
} from '../../contract/team.ts';
import type { LibraryStore } from '../../store/types.ts';

/*
 * What this machine remembers of a library and of sharing it, among its values in `state.db`.
 * Whatever is not understood counts as never said.
 */

/** Their names in `state.db`. */
export const sharedKeys = {
  title: 'library title',
  file: 'team file',
  member: 'member',
  limits: 'team generations',
  notices: 'team notices',
  restored: 'restored from',
} as const;

const maxNotices = 20;

const titleSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const fileSchema = v.pipe(v.string(), v.minLength(1));
const memberSchema = v.object({ id: idSchema, name: v.nullable(v.string()) });
const limitsSchema = v.object({
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  megabytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
const noticesSchema = v.array(v.object({ on: v.string(), message: v.string() }));

/** Who works here in a library that several share without accounts. */
export interface Member {
  readonly id: Id;
  /** What they are to be called, until it is in the library; null from then on. */
  readonly name: string | null;
}

/** A machine's values, of a library that is open or of one that is only looked into. */
interface Values {
  /** As it was kept; null for one that was never set. */
  get(key: string): unknown;
}

/** What people call a library; null where nobody has said it. */
export const titleIn = (values: Values): string | null =>
  parsed(titleSchema, values.get(sharedKeys.title));
/** The team file a library is shared by; null where it is not shared. */
export const teamFileIn = (values: Values): string | null =>
  parsed(fileSchema, values.get(sharedKeys.file));
export const memberIn = (values: Values): Member | null =>
  parsed(memberSchema, values.get(sharedKeys.member));
/** Whether a library was made from an earlier team file. */
export const isRestored = (values: Values): boolean =>
  typeof values.get(sharedKeys.restored) === 'string';

export function limitsOf({ values }: LibraryStore): TeamGenerationLimits {
  return parsed(limitsSchema, values.get(sharedKeys.limits)) ?? defaultGenerationLimits;
}

export function noticesOf({ values }: LibraryStore): readonly TeamNotice[] {
  return parsed(noticesSchema, values.get(sharedKeys.notices)) ?? [];
}

/** Keeps what sharing had to say, the latest first. */
export function addNotice(store: LibraryStore, notice: TeamNotice): void {
  const notices = [notice, ...noticesOf(store)].slice(0, maxNotices);
  store.values.set(sharedKeys.notices, notices);
}

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  kept: unknown,
): v.InferOutput<Schema> | null {
  const result = v.safeParse(schema, kept);
  return result.success ? result.output : null;
}
