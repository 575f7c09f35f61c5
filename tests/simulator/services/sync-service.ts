/*
 * A sync service as its users see it: a copy of a folder on each machine, and one on a server.
 * What it does when two machines changed the same file is what the kinds differ in.
 */

export interface Client {
  /** As services put it into the names of conflict copies. */
  readonly machine: string;
  /** The folder on the machine. */
  readonly folder: string;
  /** The machine's own clock. */
  readonly now: () => number;
}

/** What may go wrong with a file on its way down. */
export interface DownloadFaults {
  /** How much of a file comes before the connection is cut; null where all of it does. */
  readonly tornAt: (name: string, bytes: number) => number | null;
  /** Whether what is cut is taken for the whole. */
  readonly staysTorn: () => boolean;
  readonly isPlaceholder: (name: string) => boolean;
}

export interface SyncService {
  readonly kind: SyncServiceKind;
  /** What changed in a machine's folder goes up. Answers whether anything did. */
  upload(client: Client): boolean;
  /** What changed on the server comes down. Answers whether anything did. */
  download(client: Client, faults?: DownloadFaults): boolean;
  /** The server's copy of a file goes back to an earlier one. */
  setBack(name: string, choose: (count: number) => number): boolean;
  /** The server's copy of a file changes without anybody having written it. */
  spoil(name: string, change: (bytes: Buffer) => Buffer): boolean;
  /** The file in a machine's folder, whatever it is by now, passes for what the service put there. */
  overlook(client: Client, name: string): void;
}

export const syncServiceKinds = [
  'conflict copies',
  'local wins',
  'silent overwrite',
  'network share',
] as const;
export type SyncServiceKind = (typeof syncServiceKinds)[number];
