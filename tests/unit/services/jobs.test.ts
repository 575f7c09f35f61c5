import { expect, it } from 'vitest';
import type { JobProgress } from '../../../src-main/contract/channels.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { createEventBus } from '../../../src-main/services/event-bus.ts';
import { createJobs } from '../../../src-main/services/jobs.ts';

it('jobs on a library end before it closes; one that makes another goes on', async () => {
  const events = createEventBus();
  const told: string[] = [];
  events.on('job:changed', ({ kind, state }) => told.push(`${kind} ${state}`));
  const jobs = createJobs(events, silentLogger);
  const start = (kind: JobProgress['kind'], until: Promise<unknown>) =>
    jobs.start({
      ...{ kind, subject: '', operation: 'library:read', beginning: 'Begun' },
      async run({ signal }) {
        await Promise.race([
          until,
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
        ]);
        return 'Done.';
      },
    });
  const made = Promise.withResolvers<undefined>();
  start('export_library', new Promise(() => undefined));
  start('create_team', made.promise);
  await jobs.endWorkOnLibrary();
  expect(told).toEqual([
    ...['export_library running', 'create_team running', 'export_library cancelled'],
  ]);
  await jobs.endWorkOnLibrary();
  made.resolve(undefined);
  await made.promise;
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(told.at(-1)).toBe('create_team done');
});
