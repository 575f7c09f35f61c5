import type { LibraryStore } from '../store/types.ts';

/** A library's store, opened on first use: work that needs no library leaves no file behind. */
export interface LibraryHandle {
  readonly directory: string;
  /** Whether there is a library on disk, opened or not. */
  exists(): boolean;
  /** Opens it, making it when it is missing. */
  store(): LibraryStore;
  /** The store if it is open. */
  opened(): LibraryStore | null;
  close(): void;
}

export interface LibraryHandleOptions {
  readonly directory: string;
  readonly exists: () => boolean;
  readonly open: () => LibraryStore;
}

export function createLibraryHandle({
  directory,
  exists,
  open,
}: LibraryHandleOptions): LibraryHandle {
  let store: LibraryStore | null = null;
  return {
    directory,
    exists: () => store !== null || exists(),
    store: () => (store ??= open()),
    opened: () => store,
    close() {
      store?.close();
      store = null;
    },
  };
}
