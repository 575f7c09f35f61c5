import { expect, it } from 'vitest';
import { JobQueue } from '../../../../src-main/inference/client/job-queue.ts';

it('runs jobs one after another, also after one that failed', async () => {
  const queue = new JobQueue();
  const events: string[] = [];
  const job = (name: string, fails = false) =>
    queue.add(async () => {
      events.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([job('first'), job('second', true), job('third')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(events).toEqual(['first', 'second', 'third'].flatMap((n) => [`${n} starts`, `${n} ends`]));
});

it('never starts a job that was cancelled while it waited, and says so at once', async () => {
  const queue = new JobQueue();
  let release = (): void => undefined;
  const first = queue.add(() => new Promise<void>((resolve) => (release = resolve)));
  const abort = new AbortController();
  let started = false;
  const second = queue.add(() => {
    started = true;
    return Promise.resolve();
  }, abort.signal);
  abort.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  release();
  await first;
  await queue.add(() => Promise.resolve());
  expect(started).toBe(false);
});
