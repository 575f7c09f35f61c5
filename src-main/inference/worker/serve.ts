import * as v from 'valibot';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import { checkOperationInput } from '../../contract/worker-messages.ts';
import { toEngineFailure } from './engine-failure.ts';
import type { Engine } from './engine.ts';
import type { OperationContext } from './operation-context.ts';
import type { ParentPort } from './parent-port.ts';
import { operations, requestSchema, type EngineResponse, type Operation } from './protocol.ts';

/** Answers the requests that come in by `port`; calls `onEnd` once asked to end and at rest. */
export function serveEngine(engine: Engine, port: ParentPort, onEnd: () => void): void {
  const running = new Map<
    number,
    { readonly abort: AbortController; readonly done: Promise<void> }
  >();
  const send = (response: EngineResponse) => port.send(response);

  async function answer(
    id: number,
    operation: Operation,
    input: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    // Its own schema has checked what it is given.
    const run = engine[operation] as (
      payload: unknown,
      context: OperationContext<Operation>,
    ) => Promise<unknown>;
    try {
      const value = await run(
        checkOperationInput(operation, operations[operation].input, input),
        contextOf(id, signal),
      );
      send({ type: 'result', id, value });
    } catch (error) {
      const reported = signal.aborted ? cancelled(error) : toEngineFailure(error);
      // The log tells what really happened, also where the reader is told what to do about it.
      const stack = signal.aborted || error instanceof AppError ? null : stackOf(error);
      send({ type: 'error', id, error: toErrorEnvelope(reported), stack });
    } finally {
      running.delete(id);
    }
  }

  function contextOf(id: number, signal: AbortSignal): OperationContext<Operation> {
    return {
      signal,
      report: (value) => send({ type: 'progress', id, value }),
      onLoading: () => send({ type: 'model', id, state: { type: 'loading' } }),
      onReady: (device, variant) =>
        send({ type: 'model', id, state: { type: 'ready', device, variant } }),
    };
  }

  port.onMessage((message) => {
    const request = v.parse(requestSchema, message);
    switch (request.type) {
      case 'request': {
        const { id, operation, input } = request;
        const abort = new AbortController();
        running.set(id, { abort, done: answer(id, operation, input, abort.signal) });
        break;
      }
      case 'cancel':
        // One that has ended meanwhile is not there any more.
        running.get(request.id)?.abort.abort();
        break;
      case 'end': {
        const jobs = [...running.values()];
        for (const { abort } of jobs) abort.abort();
        void Promise.allSettled(jobs.map(({ done }) => done)).then(onEnd);
        break;
      }
    }
  });
}

/** Whatever was interrupted, the cancel is the reason, unless the operation says so itself. */
function cancelled(error: unknown): unknown {
  if (error instanceof AppError && error.code === 'cancelled') return error;
  return new AppError('cancelled', 'Cancelled. Nothing was kept.', { cause: error });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
