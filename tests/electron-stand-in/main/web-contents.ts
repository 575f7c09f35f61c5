import type { WebPreferences } from 'electron';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loud, LoudEmitter } from '../loud.ts';
import { createCodec } from '../page/codec.ts';
import type { FromPage } from '../page/messages.ts';
import { acceleratorKeys, onMenuChange, pressAccelerator } from './accelerators.ts';
import { handleInvoke, handleSend } from './ipc-main.ts';
import { colorScheme, onThemeChange } from './native-theme.ts';
import { Page } from './page.ts';
import { decidePermissions } from './permissions.ts';
import type { Navigation } from './requests.ts';
import { fromChromium } from './schemes.ts';
import { theSession } from './session.ts';
import { topFrame, type WebFrameMain } from './web-frame-main.ts';
import { resolveWebPreferences } from './web-preferences.ts';

const events = [
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'did-navigate',
  'did-finish-load',
  'preload-error',
  'render-process-gone',
  'destroyed',
];

interface WindowOpenDetails {
  readonly url: string;
  readonly frameName: string;
  readonly features: string;
}
type WindowOpenHandler = (details: WindowOpenDetails) => { readonly action: 'allow' | 'deny' };

/** The window around a page, as its web contents know it. */
export interface ContentsOwner {
  readonly width: number;
  readonly height: number;
  close(): void;
  /** The page is gone: the window goes with it. */
  contentsGone(): void;
  /** A person resized the window. */
  resized(bounds: { x: number; y: number; width: number; height: number }): void;
}

const codec = createCodec();
const all = new Map<number, WebContents>();
let lastId = 0;

export class WebContents extends LoudEmitter {
  readonly id = ++lastId;
  readonly session = theSession;
  readonly page: Page;
  readonly #owner: ContentsOwner;
  readonly #preferences: WebPreferences;
  readonly #stopListening: (() => void)[];
  #url = '';
  /** The navigation that the application asked for: Electron does not ask it about that one. */
  #expectedUrl: string | null = null;
  #windowOpenHandler: WindowOpenHandler | null = null;
  #isDestroyed = false;

  constructor(preferences: WebPreferences | undefined, owner: ContentsOwner) {
    super(events);
    this.#owner = owner;
    this.#preferences = resolveWebPreferences(preferences);
    this.page = new Page(
      {
        preloadSource: readPreload(this.#preferences.preload),
        width: owner.width,
        height: owner.height,
      },
      {
        mayNavigate: (navigation) => this.#mayNavigate(navigation),
        navigated: (url) => this.#navigated(url),
        loaded: () => this.#loaded(),
        message: (message, isCurrent) => this.#received(message, isCurrent),
        windowWanted: (url, frameName, features) => this.#windowWanted(url, frameName, features),
        closeWanted: () => owner.close(),
        crashed: () => {
          this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
        },
        gone: () => this.#gone(),
      },
    );
    this.#stopListening = [
      onThemeChange(() => this.#applyTheme()),
      onMenuChange(() => this.#deliverAccelerators()),
    ];
    this.#applyTheme();
    all.set(this.id, this);
  }

  get mainFrame(): WebFrameMain {
    return topFrame(this.id, this.#url);
  }

  /** Goes to a URL and waits until it has loaded. */
  async loadURL(url: string): Promise<void> {
    await this.page.ready;
    await decidePermissions(this, url);
    this.#expectedUrl = url;
    const loaded = new Promise<void>((resolve, reject) => {
      this.once('did-finish-load', () => resolve());
      this.once('destroyed', () => reject(new Error(`ERR_FAILED (-2) loading '${url}'`)));
    });
    await Promise.all([this.page.navigate(url), loaded]);
  }

  reload(): void {
    this.#expectedUrl = this.#url;
    void this.page.tell('Page.reload');
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
    this.page.deliver({ type: 'event', channel, args: codec.encode(args) });
  }

  async executeJavaScript(code: string): Promise<unknown> {
    await this.page.ready;
    return this.page.evaluate(code);
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  getURL(): string {
    return this.#url;
  }

  getLastWebPreferences(): WebPreferences {
    return this.#preferences;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  close(): void {
    this.#owner.close();
  }

  #mayNavigate({ url, isMainFrame, isRedirect }: Navigation): boolean {
    if (isMainFrame && url === this.#expectedUrl && !isRedirect) return true;
    const facts = {
      url,
      isMainFrame,
      isSameDocument: false,
      frame: this.mainFrame,
      initiator: this.mainFrame,
    };
    if (isRedirect) return this.emitPreventable('will-redirect', facts, url);
    const isFrameAllowed = this.emitPreventable('will-frame-navigate', facts);
    return isFrameAllowed && (!isMainFrame || this.emitPreventable('will-navigate', facts, url));
  }

  #navigated(url: string): void {
    this.#expectedUrl = null;
    this.#url = url;
    this.emit('did-navigate', {}, url);
  }

  #loaded(): void {
    // Chromium opens every page with a blank one, which Electron does not report.
    if (this.#url === '') return;
    this.#deliverAccelerators();
    this.emit('did-finish-load', {});
  }

  #received(message: FromPage, isCurrent: boolean): void {
    const event = {
      sender: this,
      // A document that has been left since it spoke is nobody.
      senderFrame: isCurrent ? topFrame(this.id, fromChromium(message.documentUrl)) : null,
    };
    switch (message.type) {
      case 'invoke':
        void this.#invoke(message, event);
        return;
      case 'send':
        handleSend(message.channel, event, decodeArgs(message.args));
        return;
      case 'open':
        this.#windowWanted(message.url, message.frameName, message.features);
        return;
      case 'accelerator':
        pressAccelerator(message.index);
        return;
      case 'bounds':
        this.#owner.resized(message);
        return;
      case 'preload-error':
        process.stderr.write(`Unable to load preload script: ${message.message}\n`);
        this.emit('preload-error', {}, this.#preferences.preload ?? '', new Error(message.message));
    }
  }

  async #invoke(
    { id, channel, args }: FromPage & { readonly type: 'invoke' },
    event: object,
  ): Promise<void> {
    try {
      const value = await handleInvoke(channel, event, decodeArgs(args));
      this.page.deliver({ type: 'reply', id, value: codec.encode(value) });
    } catch (error) {
      process.stderr.write(`Error occurred in handler for '${channel}': ${String(error)}\n`);
      this.page.deliver({ type: 'failure', id, message: String(error) });
    }
  }

  #windowWanted(url: string, frameName: string, features: string): void {
    const answer = this.#windowOpenHandler?.({ url, frameName, features });
    if (answer?.action === 'deny') return;
    throw new Error('The stand-in for Electron opens no windows for pages: deny them.');
  }

  #applyTheme(): void {
    void this.page.tell('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: colorScheme() ?? '' }],
    });
  }

  #deliverAccelerators(): void {
    this.page.deliver({ type: 'accelerators', keys: acceleratorKeys() });
  }

  #gone(): void {
    this.#isDestroyed = true;
    all.delete(this.id);
    this.#stopListening.forEach((stop) => stop());
    this.emit('destroyed');
    this.#owner.contentsGone();
  }
}

function readPreload(file: string | undefined): string | null {
  if (file === undefined) return null;
  if (!path.isAbsolute(file)) throw new Error('preload must be absolute path');
  return readFileSync(file, 'utf8');
}

const decodeArgs = (text: string): unknown[] => codec.decode(text) as unknown[];

export const webContents = loud('webContents', {
  getAllWebContents: (): WebContents[] => [...all.values()],
  fromId: (id: number): WebContents | undefined => all.get(id),
  /** Playwright finds a page's web contents by this. */
  fromDevToolsTargetId: (targetId: string): WebContents | undefined =>
    [...all.values()].find((contents) => contents.page.targetId === targetId),
});
