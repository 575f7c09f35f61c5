import * as v from 'valibot';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import { checkOperationInput } from '../../contract/worker-messages.ts';
import { stackOf } from '../../logging/stack-of.ts';
import type { Logger } from '../../logging/logger.ts';
import { createLibraryMaker } from '../making/maker.ts';
import type { LongWork } from '../client-types.ts';
import { defaultWatchTiming, type WatchTiming } from '../watch.ts';
import {
  operations,
  requestSchema,
  type Operation,
  type OperationInput,
  type OperationOutput,
  type WorkerRequest,
  type WorkerResponse,
} from './protocol.ts';
import { shareLibrary, type Sharing } from './shared-library.ts';

export interface Port {
  send(response: WorkerResponse): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Operations = {
  readonly [Name in Operation]: (
    input: OperationInput<Name>,
    work: LongWork,
  ) => Promise<OperationOutput<Name>>;
};

/** Answers what comes in by `port`: one library is shared, and others are made meanwhile. */
export function serveSharing(port: Port, timing: Partial<WatchTiming> = {}): void {
  const logger = loggerTo(port, '');
  const maker = createLibraryMaker(logger);
  const running = new Map<number, AbortController>();
  let sharing: Sharing | null = null;

  const answers: Operations = {
    async stop({ flushMs }) {
      const ending = sharing;
      sharing = null;
      await ending?.stop(flushMs);
      return null;
    },
    async syncNow() {
      if (sharing === null) {
        throw new AppError('not_found', 'This library is not shared. Nothing was done.');
      }
      return sharing.now();
    },
    async lookInto({ file }, { signal }) {
      const { members, ...looked } = await maker.lookInto(file, signal);
      return { ...looked, members: [...members] };
    },
    joinLibrary: (input, work) => maker.joinLibrary(withoutUndefined(input), work),
    createLibrary: (input, work) => maker.createLibrary(withoutUndefined(input), work),
    eraseTraces: async ({ directory }) => [...(await maker.eraseTraces(directory))],
  };

  function share(request: Extract<WorkerRequest, { type: 'share' }>): void {
    const former = sharing;
    sharing = shareLibrary({
      shared: request,
      timing: { ...defaultWatchTiming, ...timing },
      onStatus: (status) => port.send({ type: 'status', status }),
      onNotice: (message) => port.send({ type: 'notice', message }),
      logger,
    });
    // Whoever shares another has stopped the first one; this is for order's sake.
    void former?.stop(0);
  }

  async function answer(id: number, operation: Operation, input: unknown): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    // Its own schema has checked what it is given.
    const run = answers[operation] as (input: unknown, work: LongWork) => Promise<unknown>;
    try {
      const value = await run(checkOperationInput(operation, operations[operation].input, input), {
        signal: abort.signal,
        onProgress: ({ message, fraction }) =>
          port.send({ type: 'progress', id, message, fraction }),
      });
      port.send({ type: 'result', id, value });
    } catch (thrown) {
      const stack = thrown instanceof AppError ? null : stackOf(thrown);
      port.send({ type: 'error', id, error: toErrorEnvelope(thrown), stack });
    } finally {
      running.delete(id);
    }
  }

  port.onMessage((message) => {
    const request = v.parse(requestSchema, message);
    switch (request.type) {
      case 'request':
        void answer(request.id, request.operation, request.input);
        break;
      case 'cancel':
        // One that has ended meanwhile is not there any more.
        running.get(request.id)?.abort();
        break;
      case 'share':
        share(request);
        break;
      case 'limits':
        sharing?.setLimits(request.limits);
        break;
      case 'wake':
        sharing?.wake();
        break;
    }
  });
}

function withoutUndefined<T extends { readonly keys?: unknown }>({ keys, ...rest }: T) {
  return { ...rest, ...(keys !== undefined && { keys: keys as NonNullable<T['keys']> }) };
}

/** The log is written by the main process: two writers of one file would cut each other's lines. */
function loggerTo(port: Port, scope: string): Logger {
  const at =
    (level: Extract<WorkerResponse, { type: 'log' }>['level']): Logger['info'] =>
    (message, facts) =>
      port.send({ type: 'log', level, scope, message, ...(facts !== undefined && { facts }) });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    scope: (name) => loggerTo(port, scope === '' ? name : `${scope}/${name}`),
  };
}
