import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Id } from '../../../src-main/contract/domain.ts';
import { AppError } from '../../../src-main/contract/errors.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { prepareSmallModel, startEngine } from '../../fixtures/engine.ts';
import { answersQuestions, openRealApplication, queueDraft } from './real-application.ts';

it('drafts cancelled at random: each has exactly one end, and the window is answered', async () => {
  const application = await openRealApplication();
  const { services, owner, endings, library } = application;
  const count = largeCount(500);
  const seed = testSeed();
  const texts = fc.sample(fc.lorem({ mode: 'sentences' }), { numRuns: count, seed });
  const ids: Id[] = [];
  for (const text of texts) ids.push(await queueDraft(application, text));

  // Each cancel comes after so many ends: while its draft waits, is written, or is over.
  const cancels = fc.sample(
    fc.record({ which: fc.nat(count - 1), after: fc.nat(Math.ceil(count / 2)) }),
    { numRuns: count, seed },
  );
  const asked: Promise<unknown>[] = [];
  const cancelDue = (): void => {
    for (const cancel of cancels.splice(0)) {
      if (cancel.after > endings.size) cancels.push(cancel);
      else
        asked.push(
          Promise.resolve(services.autodocs.cancel(owner, { autodoc_id: ids[cancel.which]! })),
        );
    }
  };
  services.events.on('draft:progress', cancelDue);
  services.start();
  cancelDue();
  for (const id of ids) {
    await services.drafting.ended(owner, id);
    await answersQuestions(application);
  }
  await Promise.all(asked);

  const rows = library.store().autodocs.list();
  expect(rows).toHaveLength(count);
  for (const { id, autodoc_state } of rows) expect(endings.get(id)).toEqual([autodoc_state]);
  const states = new Set(rows.map(({ autodoc_state }) => autodoc_state));
  expect(states).toEqual(new Set(['done', 'cancelled']));
  expect(library.store().verify()).toMatchObject({ ok: true });
}, 900_000);

it('requests to the engine cancelled at random: each settles once, and the engine goes on', async () => {
  const model = await prepareSmallModel(await temporaryFolder());
  const { client, processes } = startEngine();
  const plans = fc.sample(
    fc.record({ steps: fc.integer({ min: 1, max: 12 }), cancelAfterMs: fc.option(fc.nat(400)) }),
    { numRuns: largeCount(500), seed: testSeed() },
  );
  const ends = await Promise.all(
    plans.map(async ({ steps, cancelAfterMs }) => {
      const abort = new AbortController();
      if (cancelAfterMs !== null) setTimeout(() => abort.abort(), cancelAfterMs);
      let settled = 0;
      const end = await client
        .generate(
          {
            ...{ model, device: 'cpu', variant: 'fp32', promptTokenIds: [65, 66] },
            parameters: { strategy: 'greedy', max_new_tokens: steps, min_new_tokens: steps },
          },
          { signal: abort.signal },
        )
        .then(
          () => 'done',
          (error: unknown) => (error instanceof AppError ? error.code : 'a bug'),
        )
        .finally(() => (settled += 1));
      expect(settled).toBe(1);
      return { end, wasCancelled: cancelAfterMs !== null };
    }),
  );
  for (const { end, wasCancelled } of ends) {
    expect(wasCancelled ? ['done', 'cancelled'] : ['done']).toContain(end);
  }
  expect(processes).toHaveLength(1);
}, 900_000);
