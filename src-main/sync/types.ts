import type { Logger } from '../logging/logger.ts';
import type { TeamGenerationLimits, TeamProblem } from '../contract/team.ts';
import type { LibraryStore } from '../store/types.ts';
import type { Disk } from './disk.ts';

/** What a round of import and publish is doing. */
export interface SyncProgress {
  readonly state: 'checking' | 'importing' | 'publishing';
  readonly fraction: number | null;
}

/**
 * A place in a round where a machine may lose power. Called before each step that touches a
 * file, with a name for it; what it throws ends the round there, as a crash would.
 */
export type OnStep = (step: string) => void;

export interface TeamSyncOptions {
  readonly store: LibraryStore;
  /** The team file. Absolute. */
  readonly file: string;
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number;
  /** Between two looks at a file that must be the same before it is read. Default: 250. */
  readonly settleMs?: number;
  /** How long a held file is tried again before the round gives up. Default: 5 seconds. */
  readonly retryMs?: number;
  readonly limits?: () => TeamGenerationLimits;
  /** This machine's name, as sync services put it into the names of conflict copies. */
  readonly hostName?: string;
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly onNotice?: (message: string) => void;
  readonly onStep?: OnStep;
  /** Waited for between two pieces of an import. Default: as the store does. */
  readonly breathe?: () => Promise<void>;
  /** Default: the machine's. */
  readonly disk?: Disk;
  readonly signal?: AbortSignal;
  readonly logger: Logger;
}

export interface RoundOutcome {
  /** Changes that came. */
  readonly taken: number;
  readonly published: boolean;
  /**
   * Whether the team file and every other candidate hold nothing that this library lacks, and
   * the team file everything that this library has.
   */
  readonly is_settled: boolean;
  readonly problem: TeamProblem | null;
}

/** Import and publish between one library and one team file. Rounds do not overlap. */
export interface TeamSync {
  /** Never throws for what files are like: that is the outcome's `problem`. */
  round(): Promise<RoundOutcome>;
  /** When library and team file were last known to hold the same; null for never. */
  sharedOn(): string | null;
  unshared(): number;
}
