import * as v from 'valibot';
import { AppError, fromErrorEnvelope } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';
import type { EngineExit, EngineProcess, StartEngineProcess } from '../host/process-host.ts';
import {
  operations,
  responseSchema,
  type EngineRequest,
  type EngineResponse,
  type Operation,
  type OperationInput,
  type OperationOutput,
  type OperationProgress,
} from '../worker/protocol.ts';
import { CrashLimit } from './crash-limit.ts';

export type ModelState = Extract<EngineResponse, { type: 'model' }>['state'];

export interface RequestOptions<Name extends Operation> {
  readonly onProgress?: ((progress: OperationProgress<Name>) => void) | undefined;
  readonly onModel?: ((state: ModelState) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EngineConnectionOptions {
  readonly startProcess: StartEngineProcess;
  readonly logger: Logger;
  readonly onCrash: (reason: string) => void;
  readonly crashLimit?: CrashLimit;
}

interface PendingRequest {
  readonly operation: Operation;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
  readonly onProgress: (value: unknown) => void;
  readonly onModel: (state: ModelState) => void;
}

/** How long an engine that was asked to end may take to clear up. */
const endMs = 3_000;

/**
 * Requests to the engine's process and their answers. Starts the process at the first request
 * and again at the first one after it died; whatever was under way then is rejected with
 * `engine_crashed`.
 */
export class EngineConnection {
  readonly #options: EngineConnectionOptions;
  readonly #crashLimit: CrashLimit;
  readonly #pending = new Map<number, PendingRequest>();
  #process: EngineProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #nextId = 1;
  #isClosed = false;

  constructor(options: EngineConnectionOptions) {
    this.#options = options;
    this.#crashLimit = options.crashLimit ?? new CrashLimit();
  }

  async request<Name extends Operation>(
    operation: Name,
    input: OperationInput<Name>,
    { onProgress, onModel, signal }: RequestOptions<Name> = {},
  ): Promise<OperationOutput<Name>> {
    if (this.#isClosed || signal?.aborted === true) throw cancelled();
    const process = this.#start();
    const id = this.#nextId++;
    const cancel = () => this.#send(process, { type: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<OperationOutput<Name>>((resolve, reject) => {
        this.#pending.set(id, {
          operation,
          resolve: (value) => resolve(value as OperationOutput<Name>),
          reject,
          onProgress: (value) => onProgress?.(value as OperationProgress<Name>),
          onModel: (state) => onModel?.(state),
        });
        this.#send(process, { type: 'request', id, operation, input });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    }
  }

  /** Ends the process; what is under way is rejected with `cancelled`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#pending.values()) reject(cancelled());
    const process = this.#process;
    if (process === null) return;
    this.#send(process, { type: 'end' });
    const timer = setTimeout(() => process.kill(), endMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #start(): EngineProcess {
    if (this.#process !== null) return this.#process;
    this.#crashLimit.requireStart();
    const process = this.#options.startProcess();
    this.#process = process;
    this.#options.logger.info('engine started');
    process.onMessage((message) => this.#receive(message));
    this.#ended = new Promise((resolve) => {
      process.onExit((exit) => {
        this.#exited(exit);
        resolve();
      });
    });
    return process;
  }

  #exited({ reason, stderr }: EngineExit): void {
    this.#process = null;
    if (this.#isClosed) return;
    this.#options.logger.error('engine stopped unexpectedly', { reason, stderr });
    this.#crashLimit.crashed(reason);
    for (const { reject } of this.#pending.values()) reject(crashed(reason));
    this.#options.onCrash(reason);
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(responseSchema, message);
    if (!parsed.success) {
      this.#options.logger.error('engine sent a message that is not understood');
      return;
    }
    const response = parsed.output;
    const request = this.#pending.get(response.id);
    // A progress message may cross with a cancel.
    if (request === undefined) return;
    switch (response.type) {
      case 'model':
        request.onModel(response.state);
        break;
      case 'progress':
        this.#deliver(request, 'progress', response.value, request.onProgress);
        break;
      case 'result':
        this.#crashLimit.answered();
        this.#deliver(request, 'output', response.value, request.resolve);
        break;
      case 'error':
        this.#crashLimit.answered();
        if (response.stack !== null) {
          this.#options.logger.error('the engine failed', { stack: response.stack });
        }
        request.reject(fromErrorEnvelope(response.error));
        break;
    }
  }

  /** Hands a value on that its operation's schema accepts; one that it does not is a bug. */
  #deliver(
    request: PendingRequest,
    part: 'output' | 'progress',
    value: unknown,
    take: (value: unknown) => void,
  ): void {
    const schema: v.GenericSchema = operations[request.operation][part];
    const parsed = v.safeParse(schema, value);
    if (parsed.success) {
      take(parsed.output);
      return;
    }
    this.#options.logger.error('engine sent a value that is not understood', {
      operation: request.operation,
      place: v.getDotPath(parsed.issues[0]),
    });
    request.reject(
      new AppError('internal', 'The engine gave an answer that Autodoc does not understand.'),
    );
  }

  #send(process: EngineProcess, request: EngineRequest): void {
    process.send(request);
  }
}

function cancelled(): AppError {
  return new AppError('cancelled', 'The engine was ended before it was done.');
}

function crashed(reason: string): AppError {
  return new AppError(
    'engine_crashed',
    `The engine stopped unexpectedly (${reason}). Your text is kept, and the engine starts again ` +
      'with the next draft. If it happens again, choose another model or variant.',
    { details: { reason } },
  );
}
