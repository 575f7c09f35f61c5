/** One of many that were searched for. */
export interface FoundOption {
  readonly value: string;
  readonly label: string;
  /** A second, quieter line in the list. */
  readonly description?: string | undefined;
}
