import type { WebPreferences } from 'electron';

let isForced = false;

/** From now on every renderer is in the sandbox. */
export function forceSandbox(): void {
  isForced = true;
}

export function isSandboxForced(): boolean {
  return isForced;
}

/** A window's preferences with Electron's defaults. */
export function resolveWebPreferences(asked: WebPreferences = {}): WebPreferences {
  const nodeIntegration = asked.nodeIntegration ?? false;
  return {
    contextIsolation: true,
    webSecurity: true,
    webviewTag: false,
    javascript: true,
    ...asked,
    nodeIntegration,
    // Asking for Node in the page takes it out of the sandbox, unless all are in it.
    sandbox: isForced || (asked.sandbox ?? !nodeIntegration),
  };
}
