import { expect, it } from 'vitest';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import type { EngineProcess } from '../../../src-main/inference/host/process-host.ts';
import { workerEntry } from '../../fixtures/engine.ts';
import { largeCount } from '../../fixtures/scale.ts';
import {
  canMeasureMemory,
  childProcessIds,
  limitAddressSpace,
  memoryBytes,
} from './process-memory.ts';
import { answersQuestions, openRealApplication, queueDraft } from './real-application.ts';

it.runIf(canMeasureMemory)(
  'drafts give back what they took: the engine does not grow',
  async () => {
    const before = childProcessIds();
    const application = await openRealApplication();
    const { services, owner } = application;
    services.start();
    const [engine] = childProcessIds().filter((id) => !before.includes(id));
    const draft = async (): Promise<number> => {
      const { autodoc_state } = await services.drafting.ended(owner, await queueDraft(application));
      expect(autodoc_state).toBe('done');
      return memoryBytes(engine!, 'VmRSS');
    };
    let warmBytes = 0;
    for (let count = 0; count < 20; count += 1) warmBytes = Math.max(warmBytes, await draft());
    let bytes = 0;
    for (let count = 0; count < largeCount(200); count += 1) bytes = await draft();
    expect(bytes).toBeLessThan(1.1 * warmBytes);
    expect(application.engines).toHaveLength(1);
  },
  900_000,
);

/** Enough for an engine at rest, and far from enough for the model. */
const spareBytes = 8 * 2 ** 20;

it.runIf(canMeasureMemory)(
  'a model that does not fit fails its draft with the reason; with room again all is well',
  async () => {
    const start = forkHost(workerEntry);
    const processIds: number[] = [];
    let limitBytes: number | null = null;
    const application = await openRealApplication({
      sizes: { n_layer: 2, n_head: 4, n_embd: 512, n_positions: 128, vocab_size: 12_000 },
      startEngine: () => {
        const before = childProcessIds();
        const engine = start();
        const processId = childProcessIds().find((id) => !before.includes(id))!;
        processIds.push(processId);
        if (limitBytes !== null) limitAddressSpace(processId, limitBytes);
        return engine;
      },
    });
    const { services, owner, engines } = application;
    await services.settings.set(owner, { variant: 'fp32', device: 'cpu' });
    // The engine at hand has imported a model; a fresh one holds nothing that it could use again.
    await ended(engines[0]!);
    await services.context.measure(owner, { text: 'A text.' });
    limitBytes = memoryBytes(processIds.at(-1)!, 'VmSize') + spareBytes;
    limitAddressSpace(processIds.at(-1)!, limitBytes);
    services.start();

    const failed = await services.drafting.ended(owner, await queueDraft(application));
    expect(failed.autodoc_state).toBe('failed');
    // Either an allocation was refused, or a thread, which nothing survives.
    expect(failed.failure).toMatch(/not enough free memory|stopped unexpectedly/);
    expect(application.endings.get(failed.id)).toEqual(['failed']);
    await answersQuestions(application);

    limitBytes = null;
    await ended(engines.at(-1)!);
    const next = await services.drafting.ended(owner, await queueDraft(application));
    expect(next.autodoc_state).toBe('done');
  },
  120_000,
);

/** Kills an engine and waits for its end. */
function ended(engine: EngineProcess): Promise<void> {
  return new Promise((resolve) => {
    engine.onExit(() => resolve());
    engine.kill();
  });
}
