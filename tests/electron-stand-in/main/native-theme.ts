import { LoudEmitter } from '../loud.ts';

type ThemeSource = 'system' | 'light' | 'dark';

const listeners = new Set<() => void>();

class NativeTheme extends LoudEmitter {
  #source: ThemeSource = 'system';

  constructor() {
    super(['updated']);
  }

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    this.#source = source;
    for (const listener of listeners) listener();
    this.emit('updated');
  }

  /** The system's own preference is not known here; Chromium without a window says light. */
  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }
}

export const nativeTheme = new NativeTheme();

/** What pages must be told to prefer; null leaves it to the system. */
export function colorScheme(): 'light' | 'dark' | null {
  return nativeTheme.themeSource === 'system' ? null : nativeTheme.themeSource;
}

/** Listens for another theme; the answer stops listening. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
