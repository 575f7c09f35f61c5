import type { OnBeforeRequestListenerDetails } from 'electron';
import { loud, LoudEmitter } from '../loud.ts';
import { isReady } from './readiness.ts';

type PermissionRequestHandler = (
  contents: unknown,
  permission: string,
  decide: (isGranted: boolean) => void,
  details: object,
) => void;
type PermissionCheckHandler = (
  contents: unknown,
  permission: string,
  origin: string,
  details: object,
) => boolean;
export type RequestDetails = Pick<
  OnBeforeRequestListenerDetails,
  'url' | 'method' | 'resourceType'
>;
type BeforeRequest = (
  details: RequestDetails,
  decide: (response: { cancel?: boolean }) => void,
) => void;

class Session extends LoudEmitter {
  readonly webRequest = loud('session.webRequest', {
    onBeforeRequest: (listener: BeforeRequest | null): void => {
      this.#beforeRequest = listener;
    },
  });
  #beforeRequest: BeforeRequest | null = null;
  #permissionRequest: PermissionRequestHandler | null = null;
  #permissionCheck: PermissionCheckHandler | null = null;

  constructor() {
    super(['will-download']);
  }

  setPermissionRequestHandler(handler: PermissionRequestHandler | null): void {
    this.#permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheckHandler | null): void {
    this.#permissionCheck = handler;
  }

  /** Chromium without a person in front of it offers a page no device: there is nothing to ask about. */
  setDevicePermissionHandler(): void {
    // See above.
  }

  /** Chromium's spell checker has no dictionaries here. */
  setSpellCheckerEnabled(): void {
    // See above.
  }

  /**
   * The stand-in's own: what a page of this origin gets. Electron asks one handler when a page
   * looks a permission up and the other when it uses it, and both grant by default. Where they
   * disagree it is neither granted nor denied.
   */
  async permissionOf(
    contents: unknown,
    permission: string,
    origin: string,
  ): Promise<'granted' | 'denied' | 'prompt'> {
    const details = { isMainFrame: true, requestingUrl: `${origin}/` };
    const isChecked = this.#permissionCheck?.(contents, permission, origin, details) ?? true;
    const ask = this.#permissionRequest;
    const isGiven =
      ask === null ||
      (await new Promise<boolean>((resolve) => ask(contents, permission, resolve, details)));
    if (isChecked !== isGiven) return 'prompt';
    return isGiven ? 'granted' : 'denied';
  }

  /** The stand-in's own: whether a request may go on. */
  async isAllowed(details: RequestDetails): Promise<boolean> {
    const ask = this.#beforeRequest;
    if (ask === null) return true;
    return new Promise((resolve) => ask(details, ({ cancel }) => resolve(cancel !== true)));
  }

  /** The stand-in's own: whether a download may begin. */
  mayDownload(url: string, contents: unknown): boolean {
    const item = loud('downloadItem', { getURL: () => url });
    return this.emitPreventable('will-download', {}, item, contents);
  }
}

/** The one session there is. */
export const theSession = new Session();

export const session = loud('session', {
  get defaultSession(): Session {
    if (!isReady()) throw new Error('Session can only be received when app is ready');
    return theSession;
  },
});
