import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { RunnerAnswer, RunnerRequest } from './runner-messages.ts';
import type { Contestant, RunnerName, RunnerSettings } from './task.ts';

const entry = path.join(import.meta.dirname, 'runner-process.ts');
/** What a dead process said last is worth reading; a library's banner is not. */
const keptCharacters = 2000;

/** A contestant in a process of its own, started when it is to load. */
export function childContestant(
  label: string,
  runner: RunnerName,
  settings: RunnerSettings,
): Contestant {
  let child: ChildProcess | null = null;
  let complaint = '';

  async function start(): Promise<ChildProcess> {
    // TypeScript, read as it lies: as this process reads it.
    const started = fork(entry, [runner], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    started.stderr?.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-keptCharacters);
    });
    await answerOf(started);
    return started;
  }

  /** The next answer; an end or a failure rejects. */
  async function answerOf(process: ChildProcess): Promise<RunnerAnswer> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const [answer] = (await Promise.race([
        once(process, 'message', { signal }),
        once(process, 'exit', { signal }).then(([code, by]) => {
          throw new Error(`${label} ended (${String(code ?? by)}): ${complaint.trim()}`);
        }),
      ])) as [RunnerAnswer];
      if (answer.type === 'failed') throw new Error(`${label}: ${answer.message}`);
      return answer;
    } finally {
      settled.abort();
    }
  }

  async function ask(request: RunnerRequest): Promise<RunnerAnswer> {
    child ??= await start();
    const answer = answerOf(child);
    child.send(request);
    return answer;
  }

  return {
    label,
    device: () => 'cpu',
    processId: () => child?.pid ?? 0,
    async load() {
      const answer = await ask({ type: 'load', settings });
      if (answer.type !== 'loaded') throw new Error(`${label} did not load`);
      return { loadMs: answer.loadMs };
    },
    async run(task) {
      const answer = await ask({ type: 'run', task });
      if (answer.type !== 'ran') throw new Error(`${label} did not run`);
      return answer.outcome;
    },
    async end() {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      child = null;
    },
  };
}
