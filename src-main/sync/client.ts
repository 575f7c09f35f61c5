import * as v from 'valibot';
import { Worker } from 'node:worker_threads';
import { AppError, fromErrorEnvelope } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import { stackOf } from '../logging/stack-of.ts';
import {
  notShared,
  type LongWork,
  type SharedLibrary,
  type SyncClient,
  type SyncStatus,
} from './client-types.ts';
import {
  operations,
  responseSchema,
  type Operation,
  type OperationInput,
  type OperationOutput,
  type WorkerRequest,
  type WorkerResponse,
} from './worker/protocol.ts';
import type { WatchTiming } from './watch.ts';

export interface SyncClientOptions {
  /** The thread's entry: the bundle, or `sync/worker/main.ts` itself. Absolute. */
  readonly worker: string;
  readonly logger: Logger;
  readonly timing?: Partial<Pick<WatchTiming, 'pollMs' | 'eventMs' | 'publishMs'>>;
}

interface Pending {
  readonly operation: Operation;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: LongWork['onProgress'];
}

const firstRestartMs = 1_000;
const longestRestartMs = 60_000;
/** How long a thread that was told to end may take beyond what it was given. */
const graceMs = 2_000;

/**
 * The sharing thread, as the main process sees it. It is started at the first need, ended by
 * `dispose`, and started again after a while when it dies: what was shared then is shared again,
 * what was asked then is rejected.
 */
export function createSyncClient(options: SyncClientOptions): SyncClient {
  const client = new ThreadClient(options);
  return {
    start: (shared) => client.start(shared),
    stop: ({ flushMs = 0 } = {}) => client.stop(flushMs),
    setLimits: (limits) => client.setLimits(limits),
    wake: () => client.tell({ type: 'wake' }),
    syncNow: (signal) => client.request('syncNow', null, signal),
    status: () => client.status,
    onStatus: (listener) => listen(client.statusListeners, listener),
    onNotice: (listener) => listen(client.noticeListeners, listener),
    lookInto: (file, signal) => client.request('lookInto', { file }, signal),
    joinLibrary: ({ directory, values, keys, file }, { signal, onProgress }) =>
      client.request(
        'joinLibrary',
        { directory, values, file, ...(keys !== undefined && { keys: [...keys] }) },
        signal,
        onProgress,
      ),
    createLibrary: ({ directory, values, keys, from, documentIds }, { signal, onProgress }) =>
      client.request(
        'createLibrary',
        {
          ...{ directory, values, from, documentIds: documentIds && [...documentIds] },
          ...(keys !== undefined && { keys: [...keys] }),
        },
        signal,
        onProgress,
      ),
    eraseTraces: (directory) => client.request('eraseTraces', { directory }),
    dispose: () => client.dispose(),
  };
}

function listen<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function toShare({ directory, file, limits }: SharedLibrary): WorkerRequest {
  return { type: 'share', directory, file, limits: { ...limits } };
}

class ThreadClient {
  status: SyncStatus = notShared;
  readonly statusListeners = new Set<(status: SyncStatus) => void>();
  readonly noticeListeners = new Set<(message: string) => void>();
  readonly #options: SyncClientOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #shared: SharedLibrary | null = null;
  #nextId = 1;
  #deaths = 0;
  #restart: NodeJS.Timeout | null = null;
  #isDisposed = false;

  constructor(options: SyncClientOptions) {
    this.#options = options;
  }

  start(shared: SharedLibrary): void {
    this.#shared = shared;
    this.#setStatus({ ...notShared, state: 'checking' });
    // One that begins with this is told by itself.
    if (this.#worker === null) this.#thread();
    else this.#worker.postMessage(toShare(shared));
    this.#keepOrLetGo();
  }

  async stop(flushMs: number): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    const wasShared = this.#shared !== null;
    this.#shared = null;
    const worker = this.#worker;
    if (wasShared && worker !== null) {
      const late = setTimeout(() => void worker.terminate(), flushMs + graceMs);
      try {
        await this.request('stop', { flushMs });
      } catch (thrown) {
        this.#options.logger.warn('sharing did not end in order', {
          code: thrown instanceof AppError ? thrown.code : 'internal',
        });
      } finally {
        clearTimeout(late);
      }
    }
    this.#setStatus(notShared);
    this.#keepOrLetGo();
  }

  setLimits(limits: SharedLibrary['limits']): void {
    if (this.#shared !== null) this.#shared = { ...this.#shared, limits };
    this.tell({ type: 'limits', limits: { ...limits } });
  }

  /** For what concerns the library that is shared alone. */
  tell(request: WorkerRequest): void {
    if (this.#shared !== null) this.#worker?.postMessage(request);
  }

  async request<Name extends Operation>(
    operation: Name,
    input: OperationInput<Name>,
    signal?: AbortSignal,
    onProgress: LongWork['onProgress'] = () => undefined,
  ): Promise<OperationOutput<Name>> {
    signal?.throwIfAborted();
    const worker = this.#thread();
    const id = this.#nextId++;
    const cancel = () => {
      worker.postMessage({ type: 'cancel', id } satisfies WorkerRequest);
      // The look itself goes on: somebody else may wait for it.
      if (operation === 'syncNow') this.#pending.get(id)?.reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<OperationOutput<Name>>((resolve, reject) => {
        this.#pending.set(id, {
          ...{ operation, reject, onProgress },
          resolve: (value) => resolve(value as OperationOutput<Name>),
        });
        this.#keepOrLetGo();
        worker.postMessage({ type: 'request', id, operation, input } satisfies WorkerRequest);
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      this.#keepOrLetGo();
    }
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#shared = null;
    await this.#worker?.terminate();
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    if (this.#isDisposed) throw new AppError('cancelled', 'Autodoc is being closed.');
    const worker = new Worker(this.#options.worker, { workerData: this.#options.timing ?? {} });
    this.#worker = worker;
    worker.on('message', (message: unknown) => this.#receive(message));
    worker.on('error', (error) => {
      this.#options.logger.error('the sharing thread failed', { stack: stackOf(error) });
    });
    worker.once('exit', (code) => this.#exited(worker, code));
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    // Whatever it is asked first, it knows which library is shared.
    if (this.#shared !== null) worker.postMessage(toShare(this.#shared));
    return worker;
  }

  /** A thread that has nothing to do keeps no process from ending. */
  #keepOrLetGo(): void {
    if (this.#shared !== null || this.#pending.size > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #exited(worker: Worker, code: number): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const error = this.#isDisposed
      ? new AppError('cancelled', 'Autodoc is being closed. What was saved is kept.')
      : new AppError(
          'team_problem',
          'Sharing stopped unexpectedly. Your work is kept on this machine. Try again.',
          { details: { exit_code: code } },
        );
    for (const { reject } of this.#pending.values()) reject(error);
    const shared = this.#shared;
    if (shared === null) return;
    this.#deaths += 1;
    const pauseMs = Math.min(firstRestartMs * 2 ** (this.#deaths - 1), longestRestartMs);
    this.#options.logger.error('the sharing thread ended unexpectedly', {
      code,
      pause_ms: pauseMs,
    });
    this.#setStatus({
      ...this.status,
      state: 'problem',
      fraction: null,
      problem: {
        code: 'failed',
        message:
          'Sharing stopped unexpectedly. Your work is kept on this machine; sharing starts again by ' +
          'itself. The log has the details.',
      },
    });
    this.#restart = setTimeout(() => {
      this.#restart = null;
      if (this.#shared !== null) this.start(this.#shared);
    }, pauseMs);
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(responseSchema, message);
    if (!parsed.success) {
      this.#options.logger.error('the sharing thread sent a message that is not understood');
      return;
    }
    const response = parsed.output;
    switch (response.type) {
      case 'status':
        // One of a library that has been stopped may still be under way.
        if (this.#shared !== null) this.#setStatus(response.status);
        break;
      case 'notice':
        for (const listener of this.noticeListeners) listener(response.message);
        break;
      case 'log':
        this.#log(response);
        break;
      case 'progress':
      case 'error':
      case 'result':
        this.#answered(response);
    }
  }

  #answered(response: Extract<WorkerResponse, { id: number }>): void {
    const pending = this.#pending.get(response.id);
    // A progress message may cross with a cancel.
    if (pending === undefined) return;
    switch (response.type) {
      case 'progress':
        pending.onProgress({ message: response.message, fraction: response.fraction });
        break;
      case 'error':
        if (response.stack !== null) {
          this.#options.logger.error('sharing failed', { stack: response.stack });
        }
        pending.reject(fromErrorEnvelope(response.error));
        break;
      case 'result': {
        this.#deaths = 0;
        const schema: v.GenericSchema = operations[pending.operation].output;
        const value = v.safeParse(schema, response.value);
        if (value.success) pending.resolve(value.output);
        else
          pending.reject(
            new AppError('internal', 'Sharing gave an answer that is not understood.'),
          );
      }
    }
  }

  #log({ level, scope, message, facts }: Extract<WorkerResponse, { type: 'log' }>): void {
    const logger = scope === '' ? this.#options.logger : this.#options.logger.scope(scope);
    logger[level](message, facts);
  }

  #setStatus(status: SyncStatus): void {
    this.status = status;
    if (status.state === 'idle') this.#deaths = 0;
    for (const listener of this.statusListeners) listener(status);
  }
}
