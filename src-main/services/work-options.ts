/** How long work is followed and stopped. */
export interface WorkOptions {
  /** Its reason is thrown once it is aborted. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: {
    /** What it is doing, for people. */
    readonly message: string;
    /** 0 to 1, null while unknown. */
    readonly fraction: number | null;
  }) => void;
}
