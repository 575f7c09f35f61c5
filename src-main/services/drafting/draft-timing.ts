export interface DraftTiming {
  /** How long a killed process's lease keeps others from its work. */
  readonly leaseMs: number;
  /** How often to look for what other processes did. */
  readonly tickMs: number;
  /** How long to wait after the disk or the engine refused. */
  readonly retryMs: number;
  /**
   * How long a draft that another machine is to write has to be known here before this one writes
   * it: an hour.
   */
  readonly takeOverMs: number;
}

export const defaultTiming: DraftTiming = {
  leaseMs: 6_000,
  tickMs: 500,
  retryMs: 15_000,
  takeOverMs: 60 * 60 * 1000,
};
