import type { LibraryStore } from '../store/types.ts';

/** A library's store, opened on first use: work that needs no library leaves no file behind. */
export interface LibraryHandle {
  /** Of the library that is in use now. */
  readonly directory: string;
  /** Whether there is a library on disk, opened or not. */
  exists(): boolean;
  /** Opens it, making it when it is missing. */
  store(): LibraryStore;
  /** The store if it is open. */
  opened(): LibraryStore | null;
  /** Closes the library and leads to another from now on, which is opened on first use. */
  turnTo(directory: string): void;
  close(): void;
}

export interface LibraryHandleOptions {
  readonly directory: string;
  readonly exists: (directory: string) => boolean;
  readonly open: (directory: string) => LibraryStore;
}

export function createLibraryHandle(options: LibraryHandleOptions): LibraryHandle {
  const { exists, open } = options;
  let { directory } = options;
  let store: LibraryStore | null = null;

  function close(): void {
    store?.close();
    store = null;
  }

  return {
    get directory() {
      return directory;
    },
    exists: () => store !== null || exists(directory),
    store: () => (store ??= open(directory)),
    opened: () => store,
    turnTo(next) {
      close();
      directory = next;
    },
    close,
  };
}
