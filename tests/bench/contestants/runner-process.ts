import { openLlama } from './llama.ts';
import { openMemory } from './memory.ts';
import { openPlainLoop } from './plain-loop.ts';
import type { RunnerAnswer, RunnerRequest } from './runner-messages.ts';
import { runnerNames, type LoadRunner, type Runner, type RunnerName } from './task.ts';
import { openTransformers } from './transformers.ts';

// A contestant's process: brings its library in, then loads and runs what it is sent.

/** Bringing the library in is no part of loading a model: it happens before. */
const openers: Readonly<Record<RunnerName, () => Promise<LoadRunner>>> = {
  'transformers.js': openTransformers,
  'llama.cpp': openLlama,
  plain_loop: openPlainLoop,
  memory: openMemory,
};

const name = runnerNames.find((known) => known === process.argv[2]);
if (name === undefined) throw new Error('Which contestant?');

const send = (answer: RunnerAnswer) => process.send?.(answer);
const failed = (error: unknown): RunnerAnswer => ({
  type: 'failed',
  message: error instanceof Error ? error.message : String(error),
});

const opening = openers[name]();
let runner: Runner | null = null;

async function answer(request: RunnerRequest): Promise<RunnerAnswer> {
  if (request.type === 'load') {
    const load = await opening;
    const start = performance.now();
    runner = await load(request.settings);
    return { type: 'loaded', loadMs: performance.now() - start };
  }
  if (runner === null) throw new Error('There is no model yet');
  return { type: 'ran', outcome: await runner.run(request.task) };
}

process.on('message', (request: RunnerRequest) => {
  answer(request).then(send, (error: unknown) => send(failed(error)));
});
opening.then(
  () => send({ type: 'ready' }),
  (error: unknown) => send(failed(error)),
);
