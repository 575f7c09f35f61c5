import { describe, expect, it } from 'vitest';
import { EngineConnection } from '../../../../src-main/inference/client/engine-connection.ts';
import type { EngineExit } from '../../../../src-main/inference/host/process-host.ts';
import { silentLogger, type Logger } from '../../../../src-main/logging/logger.ts';

/** A process that does only what the test makes it do. */
class FakeProcess {
  readonly received: { type: string; id?: number; operation?: string }[] = [];
  answer: (message: unknown) => void = () => undefined;
  exit: (exit: EngineExit) => void = () => undefined;
  isKilled = false;

  readonly host = {
    send: (message: unknown) => void this.received.push(message as { type: string }),
    onMessage: (listener: (message: unknown) => void) => void (this.answer = listener),
    onExit: (listener: (exit: EngineExit) => void) => void (this.exit = listener),
    kill: () => {
      this.isKilled = true;
      this.exit({ reason: 'signal SIGKILL', stderr: '' });
    },
  };
}

function connect(logger: Logger = silentLogger) {
  const processes: FakeProcess[] = [];
  const crashes: string[] = [];
  const connection = new EngineConnection({
    startProcess: () => {
      const process = new FakeProcess();
      processes.push(process);
      return process.host;
    },
    logger,
    onCrash: (reason) => crashes.push(reason),
  });
  const process = (index = 0): FakeProcess => {
    const found = processes[index];
    if (found === undefined) throw new Error(`There is no process ${index}`);
    return found;
  };
  return { connection, process, processes, crashes };
}

const tokens = { directory: '/models/small', tokenIds: [1] };

describe('the line to the engine', () => {
  it('starts one process at the first request, and brings answers to who asked', async () => {
    const { connection, process, processes } = connect();
    expect(processes).toHaveLength(0);
    const first = connection.request('detokenize', tokens);
    const second = connection.request('detokenize', tokens);
    process().answer({ type: 'result', id: 2, value: 'two' });
    process().answer({ type: 'result', id: 1, value: 'one' });
    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
    expect(processes).toHaveLength(1);
    expect(process().received).toEqual([
      { type: 'request', id: 1, operation: 'detokenize', input: tokens },
      { type: 'request', id: 2, operation: 'detokenize', input: tokens },
    ]);
  });

  it('rejects all that was under way when the process dies, and starts another', async () => {
    const { connection, process, crashes } = connect();
    const first = connection.request('detokenize', tokens);
    const second = connection.request('tokenize', { directory: '/models/small', text: 'a' });
    process().exit({ reason: 'exit code 134', stderr: 'terminate called' });
    for (const request of [first, second]) {
      await expect(request).rejects.toMatchObject({
        ...{ code: 'engine_crashed', details: { reason: 'exit code 134' } },
      });
    }
    expect(crashes).toEqual(['exit code 134']);
    const third = connection.request('detokenize', tokens);
    process(1).answer({ type: 'result', id: 3, value: 'again' });
    expect(await third).toBe('again');
  });

  it('sends a cancel on, once, and waits for the answer', async () => {
    const { connection, process } = connect();
    const abort = new AbortController();
    const request = connection.request('detokenize', tokens, { signal: abort.signal });
    abort.abort();
    expect(process().received.at(-1)).toEqual({ type: 'cancel', id: 1 });
    const error = { code: 'cancelled', message: 'Cancelled.', details: {} };
    process().answer({ type: 'error', id: 1, error, stack: null });
    await expect(request).rejects.toMatchObject({ code: 'cancelled', message: 'Cancelled.' });
    await expect(
      connection.request('detokenize', tokens, { signal: abort.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(process().received).toHaveLength(2);
  });

  it('takes no answer that it does not understand', async () => {
    const logged: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void logged.push(message) };
    const { connection, process } = connect(logger);
    const request = connection.request('detokenize', tokens);
    process().answer('nonsense');
    process().answer({ type: 'result', id: 'one', value: '' });
    process().answer({ type: 'result', id: 99, value: 'for nobody' });
    expect(logged).toHaveLength(2);
    process().answer({ type: 'result', id: 1, value: { not: 'a text' } });
    await expect(request).rejects.toMatchObject({ code: 'internal' });
  });

  it('asks the process to end, and rejects what is under way', async () => {
    const { connection, process, crashes } = connect();
    const request = connection.request('detokenize', tokens);
    const closing = connection.close();
    await expect(request).rejects.toMatchObject({ code: 'cancelled' });
    expect(process().received.at(-1)).toEqual({ type: 'end' });
    process().exit({ reason: 'exit code 0', stderr: '' });
    await closing;
    expect(process().isKilled).toBe(false);
    expect(crashes).toEqual([]);
    await expect(connection.request('detokenize', tokens)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
