import type { Logger } from '../logging/logger.ts';
import type { TeamGenerationLimits } from '../contract/team.ts';
import type { LibraryStore } from '../store/types.ts';
import type { Disk } from './disk.ts';
import type { SyncMemory } from './memory.ts';
import type { SyncProgress } from './types.ts';

/** What the steps of one round work with. */
export interface Round {
  readonly store: LibraryStore;
  readonly disk: Disk;
  readonly memory: SyncMemory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly settleMs: number;
  readonly retryMs: number;
  readonly limits: () => TeamGenerationLimits;
  readonly hostName: string;
  readonly breathe: (() => Promise<void>) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly logger: Logger;
  /** A folder of this round's own. */
  readonly folder: string;
  /** Another one each time: names within that folder. */
  nextNumber(): number;
  /** Called before whatever touches a file. Throws `Crash` where a crash is played there. */
  step(name: string): void;
  report(progress: SyncProgress): void;
  notice(message: string): void;
}

/** A crash that is played: everything stays as it is at that moment, nothing is cleared up. */
export class Crash extends Error {
  override readonly name = 'Crash';
}
