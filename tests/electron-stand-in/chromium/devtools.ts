import type { CDPSession } from '@playwright/test';
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/*
 * Chromium's DevTools protocol over the two pipes of --remote-debugging-pipe: JSON messages,
 * each ended by a zero byte. One connection carries the browser's own session and one session
 * for each page, told apart by a session id. Commands that the browser did not live to answer stay
 * unanswered: this process ends with it.
 */

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** A conversation with the browser or with one page, typed by the protocol's own definition. */
export interface DevToolsSession {
  readonly send: CDPSession['send'];
  readonly on: CDPSession['on'];
}

interface PendingCommand {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class DevToolsConnection {
  /** The browser as a whole. */
  readonly browser: DevToolsSession;
  readonly #toBrowser: Writable;
  readonly #pending = new Map<number, PendingCommand>();
  readonly #emitters = new Map<string, EventEmitter>();
  #lastId = 0;
  #rest = '';

  constructor(toBrowser: Writable, fromBrowser: Readable) {
    this.#toBrowser = toBrowser;
    this.browser = this.session('');
    // A browser that is going away takes its pipes along; its exit is reported elsewhere.
    toBrowser.on('error', () => undefined);
    fromBrowser.on('error', () => undefined);
    fromBrowser.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  /** The conversation with an attached page. */
  session(sessionId: string): DevToolsSession {
    const emitter = this.#emitters.get(sessionId) ?? new EventEmitter();
    this.#emitters.set(sessionId, emitter);
    const session: DevToolsSession = {
      send: (method, params) => this.#send(method, params, sessionId) as never,
      on: ((event: string, listener: (payload: unknown) => void) => {
        emitter.on(event, listener);
        return session;
      }) as CDPSession['on'],
    };
    return session;
  }

  #send(method: string, params: unknown, sessionId: string): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject });
      const message = { id, method, params, ...(sessionId !== '' && { sessionId }) };
      this.#toBrowser.write(`${JSON.stringify(message)}\0`);
    });
  }

  #read(text: string): void {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#dispatch(JSON.parse(part) as Message);
  }

  #dispatch({ id, method, params, result, error, sessionId }: Message): void {
    if (id === undefined) {
      if (method !== undefined) this.#emitters.get(sessionId ?? '')?.emit(method, params);
      return;
    }
    const command = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) command?.resolve(result);
    else command?.reject(new Error(`${command.method}: ${error.message}`));
  }
}
