/* Whether `app` has emitted `ready`: much of Electron may be used only before or only after. */

let ready = false;

export function isReady(): boolean {
  return ready;
}

export function becomeReady(): void {
  ready = true;
}
