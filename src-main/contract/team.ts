import type { Id } from './domain.ts';

/*
 * Libraries, and the team file that members of a team share through the folder of their sync
 * service. Records as the window and the command line show them.
 */

/** One of the libraries that this application holds. */
export interface LibraryEntry {
  /** The name of its folder: what it is opened by. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly is_current: boolean;
  /** The team file it is shared by; null for one of this machine's alone. */
  readonly team_file: string | null;
}

export const teamStates = [
  /** Not shared. */
  'off',
  /** Nothing to do until something changes. */
  'idle',
  'checking',
  'importing',
  'publishing',
  /** Something keeps it from sharing; it tries again by itself. */
  'problem',
] as const;
export type TeamState = (typeof teamStates)[number];

export const teamProblemCodes = [
  /** The team file or its folder is not there, or not down yet. */
  'file_missing',
  'file_not_downloaded',
  /** Another library's file lies there: never written over. */
  'file_foreign',
  /** A newer Autodoc wrote it: update. */
  'file_newer',
  /** Damaged; what could be read was taken, and it is replaced once the damage stays. */
  'file_damaged',
  /** May not be read or written, or another program holds it. */
  'file_unreachable',
  'disk_full',
  /** Somebody switched accounts on a second time, elsewhere. */
  'rival_accounts',
  'failed',
] as const;
export type TeamProblemCode = (typeof teamProblemCodes)[number];

export interface TeamProblem {
  readonly code: TeamProblemCode;
  /** What happened, what was kept, what to do. */
  readonly message: string;
}

/** Something that sharing did that a person may want to know: a copy merged, a file kept aside. */
export interface TeamNotice {
  readonly on: string;
  readonly message: string;
}

export interface TeamStatus {
  /** Absolute; null where the library is not shared. */
  readonly file: string | null;
  readonly state: TeamState;
  /** 0 to 1 of what it is doing now; null while unknown or idle. */
  readonly fraction: number | null;
  /** When the team file and this library were last known to hold the same; null for never. */
  readonly shared_on: string | null;
  /** What people did here that the team file does not have yet. */
  readonly unshared: number;
  readonly problem: TeamProblem | null;
  /** The latest first, at most twenty. */
  readonly notices: readonly TeamNotice[];
  /**
   * Sixteen hexadecimal digits in groups of four that two machines can compare by voice: of the
   * library, and of the change that switched accounts on where they are.
   */
  readonly fingerprint: string | null;
  readonly generations: TeamGenerationLimits;
}

/** How many earlier team files are kept. */
export interface TeamGenerationLimits {
  readonly count: number;
  readonly megabytes: number;
}
export const defaultGenerationLimits: TeamGenerationLimits = { count: 20, megabytes: 1_000 };

/** An earlier team file that is kept on this machine. */
export interface TeamGeneration {
  /** The name of its file. */
  readonly id: string;
  readonly kept_on: string;
  readonly bytes: number;
}

/** A team file that somebody is about to join by. */
export interface TeamFilePreview {
  /** What the file is called in the next request. */
  readonly preview_id: Id;
  readonly file: string;
  readonly documents: number;
  readonly members: readonly string[];
  readonly accounts_are_on: boolean;
  readonly fingerprint: string;
}

/** What a purge could do and what it cannot. */
export interface PurgeReport {
  /** Values that were emptied. */
  readonly changes: number;
  /** Where the text may still be, one sentence each. */
  readonly unreachable: readonly string[];
}
