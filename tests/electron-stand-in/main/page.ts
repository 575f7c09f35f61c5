import { randomBytes } from 'node:crypto';
import type { DevToolsSession } from '../chromium/devtools.ts';
import type { FromPage, ToPage } from '../page/messages.ts';
import { pageScripts } from '../page/scripts.ts';
import { launch } from '../launch.ts';
import { chromium } from './browser.ts';
import { closeTarget, openTarget, type PageTarget } from './page-targets.ts';
import { watchRequests, type Navigation } from './requests.ts';
import { fromChromium, toChromium } from './schemes.ts';

const isolatedWorldName = 'Electron Isolated Context';

/** What a page tells its web contents. */
export interface PageListener {
  mayNavigate(navigation: Navigation): boolean;
  navigated(url: string): void;
  loaded(): void;
  /** `isCurrent`: whether the document that spoke is still the one that is shown. */
  message(message: FromPage, isCurrent: boolean): void;
  /** The page wants to open a window; it never gets one. */
  windowWanted(url: string, frameName: string, features: string): void;
  /** A person asks the window to close. */
  closeWanted(): void;
  crashed(): void;
  gone(): void;
}

export interface PageOptions {
  readonly preloadSource: string | null;
  readonly width: number;
  readonly height: number;
}

/** A page of Chromium's with what Electron puts into each: the preload's world and the watch over its requests. */
export class Page {
  /** Settles once the page can be navigated. */
  readonly ready: Promise<void>;
  readonly #listener: PageListener;
  readonly #binding = `toMain_${randomBytes(8).toString('hex')}`;
  readonly #receiver = `fromMain_${randomBytes(8).toString('hex')}`;
  #session: DevToolsSession | null = null;
  #target: PageTarget | null = null;
  /** The preload's world in the document that is shown; null while there is none. */
  #isolatedWorld: { readonly id: number; readonly uniqueId: string } | null = null;
  #isGone = false;

  constructor(options: PageOptions, listener: PageListener) {
    this.#listener = listener;
    this.ready = this.#open(options);
  }

  get targetId(): string | null {
    return this.#target?.targetId ?? null;
  }

  /** The page's conversation with the browser. Only after `ready`. */
  get session(): DevToolsSession {
    if (this.#session === null) throw new Error('The page is not ready yet.');
    return this.#session;
  }

  /** Goes to a URL and waits until it has loaded. Rejects with Chromium's reason. */
  async navigate(url: string): Promise<void> {
    const { errorText } = await this.session.send('Page.navigate', { url: toChromium(url) });
    if (errorText !== undefined) {
      throw new Error(`${errorText.replace('net::', '')} loading '${url}'`);
    }
  }

  /** Tells the page something whose outcome nobody waits for. A page that is gone is not told. */
  readonly tell: DevToolsSession['send'] = (async (method, params) => {
    await this.ready;
    if (!this.#isGone) await this.session.send(method, params).catch(() => undefined);
  }) as DevToolsSession['send'];

  /** Gives the preload's world a message. A page without a document loses it, as in Electron. */
  deliver(message: ToPage): void {
    if (this.#isolatedWorld === null || this.#isGone) return;
    void this.tell('Runtime.evaluate', {
      expression: `${this.#receiver}(${JSON.stringify(message)})`,
      uniqueContextId: this.#isolatedWorld.uniqueId,
      silent: true,
    });
  }

  /** Runs a script in the page's own world; what it settles to comes back as JSON. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as unknown;
  }

  close(): void {
    this.#end();
    this.ready
      .then(async () => {
        if (this.#target !== null) await closeTarget(this.#target);
      })
      .catch(() => {
        // The browser has closed it already.
      });
  }

  async #open({ preloadSource, width, height }: PageOptions): Promise<void> {
    const target = await openTarget(width, height);
    const session = chromium().connection.session(target.sessionId);
    this.#target = target;
    this.#session = session;
    this.#listen(session, target);

    const scripts = pageScripts(
      {
        secret: `electron-stand-in:${randomBytes(16).toString('hex')}:`,
        binding: this.#binding,
        receiver: this.#receiver,
        isWindowed: launch.isWindowed,
        process: {
          platform: process.platform,
          arch: process.arch,
          versions: { ...process.versions },
        },
      },
      preloadSource,
    );
    await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      watchRequests(session, {
        frameId: target.targetId,
        mayNavigate: (navigation) => this.#listener.mayNavigate(navigation),
      }),
      session.send('Runtime.addBinding', {
        name: this.#binding,
        executionContextName: isolatedWorldName,
      }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.mainWorld }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: scripts.isolatedWorld,
        worldName: isolatedWorldName,
      }),
      session.send('Runtime.runIfWaitingForDebugger'),
    ]);
  }

  #listen(session: DevToolsSession, { targetId, sessionId }: PageTarget): void {
    session
      .on('Runtime.executionContextCreated', ({ context }) => {
        const { frameId } = (context.auxData ?? {}) as { frameId?: string };
        if (context.name !== isolatedWorldName || frameId !== targetId) return;
        this.#isolatedWorld = context;
      })
      .on('Runtime.executionContextsCleared', () => {
        this.#isolatedWorld = null;
      })
      .on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
        if (name !== this.#binding) return;
        const isCurrent = executionContextId === this.#isolatedWorld?.id;
        this.#listener.message(JSON.parse(payload) as FromPage, isCurrent);
      })
      .on('Page.frameNavigated', ({ frame }) => {
        if (frame.parentId === undefined) this.#listener.navigated(fromChromium(frame.url));
      })
      .on('Page.navigatedWithinDocument', ({ frameId, url }) => {
        if (frameId === targetId) this.#listener.navigated(fromChromium(url));
      })
      .on('Page.loadEventFired', () => this.#listener.loaded())
      .on('Page.windowOpen', ({ url, windowName, windowFeatures }) => {
        this.#listener.windowWanted(fromChromium(url), windowName, windowFeatures.join(','));
      })
      .on('Page.javascriptDialogOpening', ({ type }) => {
        if (type !== 'beforeunload') return;
        // Only a window that people can close asks: Electron lets the application decide.
        void session.send('Page.handleJavaScriptDialog', { accept: false });
        this.#listener.closeWanted();
      })
      .on('Inspector.targetCrashed', () => this.#listener.crashed());
    chromium().browser.on('Target.detachedFromTarget', (detached) => {
      if (detached.sessionId === sessionId) this.#end();
    });
  }

  #end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#listener.gone();
  }
}
