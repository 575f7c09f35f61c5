import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { EngineExit } from '../../../../src-main/inference/host/process-host.ts';
import { utilityProcessHost } from '../../../../src-main/inference/host/utility-process-host.ts';

class FakeChild extends EventEmitter {
  readonly stderr = new PassThrough();
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  kill(): boolean {
    return this.emit('exit', 15);
  }
}

it("speaks to Electron's utility process, and says how it ended", async () => {
  const child = new FakeChild();
  const forks: unknown[] = [];
  const process = utilityProcessHost(
    {
      fork(...args) {
        forks.push(args);
        return child;
      },
    },
    '/app/out/main/inference-worker.js',
  )();
  expect(forks).toEqual([
    [
      '/app/out/main/inference-worker.js',
      [],
      {
        serviceName: 'Autodoc engine',
        stdio: ['ignore', 'ignore', 'pipe'],
        env: expect.objectContaining({ MALLOC_MMAP_THRESHOLD_: '1048576' }) as object,
      },
    ],
  ]);

  const messages: unknown[] = [];
  const exits: EngineExit[] = [];
  process.onMessage((message) => messages.push(message));
  process.onExit((exit) => exits.push(exit));
  process.send({ type: 'end' });
  child.emit('message', 'hello');
  child.stderr.write('out of memory');
  await new Promise((resolve) => setImmediate(resolve));
  process.kill();
  process.send('after the end');
  expect(child.posted).toEqual([{ type: 'end' }]);
  expect(messages).toEqual(['hello']);
  expect(exits).toEqual([{ reason: 'exit code 15', stderr: 'out of memory' }]);
});
