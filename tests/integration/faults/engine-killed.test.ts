import { readdir } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import type { StartEngineProcess } from '../../../src-main/inference/host/process-host.ts';
import { visitor } from '../../../src-main/access/authorize.ts';
import { writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';
import { draftingSizes, workerEntry } from '../../fixtures/engine.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { answersQuestions, openRealApplication, queueDraft } from './real-application.ts';

interface MortalEngines {
  readonly startEngine: StartEngineProcess;
  /**
   * Kills the engine at hand once it has said so many more words, then the next one, and so on;
   * engines after those live.
   */
  plan(lifetimes: readonly number[]): void;
  readonly deaths: number;
}

function mortalEngines(): MortalEngines {
  const start = forkHost(workerEntry);
  let planned: number[] = [];
  let deaths = 0;
  /** Messages that the engine at hand has left to live. */
  let left = Infinity;
  return {
    get deaths() {
      return deaths;
    },
    plan([first = Infinity, ...others]) {
      left = first;
      planned = others;
    },
    startEngine: () => {
      const engine = start();
      let isAlive = true;
      engine.onMessage(() => {
        left -= 1;
        if (left > 0 || !isAlive) return;
        isAlive = false;
        left = planned.shift() ?? Infinity;
        deaths += 1;
        engine.kill();
      });
      return engine;
    },
  };
}

/** A draft says at least about this much: its prompt's tokens, loading, how it goes, its end. */
const messagesOfADraft = 6;
const killedWords = expect.stringContaining('signal SIGKILL') as string;

it('killed at any moment of a draft: it is written anew, or fails with the reason', async () => {
  const engines = mortalEngines();
  const application = await openRealApplication(engines);
  const { services, owner, endings } = application;
  services.start();
  await services.drafting.ended(owner, await queueDraft(application));
  const drawn = fc.sample(
    fc.array(fc.integer({ min: 1, max: messagesOfADraft }), { minLength: 1, maxLength: 2 }),
    { numRuns: largeCount(200), seed: testSeed() },
  );
  // The first dies of both its engines however fast the machine is.
  const scenarios = [[1, 1], ...drawn];
  let failures = 0;
  for (const lifetimes of scenarios) {
    const deathsBefore = engines.deaths;
    engines.plan(lifetimes);
    const id = await queueDraft(application);
    await answersQuestions(application);
    const draft = await services.drafting.ended(owner, id);
    await answersQuestions(application);
    // A death with the last word may come too late to matter; the second that matters is the end.
    if (draft.autodoc_state !== 'done') {
      expect(draft).toMatchObject({ autodoc_state: 'failed', failure: killedWords });
      expect(engines.deaths - deathsBefore).toBe(2);
      failures += 1;
    }
    expect(endings.get(id)).toEqual([draft.autodoc_state]);

    engines.plan([]);
    const next = await services.drafting.ended(owner, await queueDraft(application));
    expect(next.autodoc_state).toBe('done');
  }
  expect(failures).toBeGreaterThan(0);
}, 900_000);

it('killed at any moment of an import: nothing is left behind, and the next one succeeds', async () => {
  const engines = mortalEngines();
  const application = await openRealApplication(engines);
  const { services, owner, modelsDirectory } = application;
  const source = path.join(await temporaryFolder(), 'source');
  await writeCheckpointFolder(source, draftingSizes);
  const drawn = fc.sample(fc.integer({ min: 1, max: 30 }), {
    ...{ numRuns: largeCount(100), seed: testSeed() },
  });
  const lifetimes = [1, ...drawn];
  let killed = 0;
  for (const lifetime of lifetimes) {
    engines.plan([lifetime]);
    const outcome = await services.models
      .prepare(visitor, { directory: source, name: 'imported' })
      .then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      );
    engines.plan([]);
    // An answer: the engine is not one that dies at every start.
    await services.context.measure(owner, { text: 'A text.' });
    const names = (await services.models.list(visitor, undefined)).map(({ name }) => name);
    if (outcome === 'done') {
      expect(names).toContain('imported');
      await services.models.remove(visitor, { name: 'imported' });
    } else {
      expect(outcome).toBe('engine_crashed');
      expect(names).toEqual(['starter']);
      killed += 1;
    }
  }
  expect(killed).toBeGreaterThan(0);
  await services.models.prepare(visitor, { directory: source, name: 'imported' });
  const left = await readdir(modelsDirectory);
  expect(left.filter((name) => !['starter', 'imported', '.folders'].includes(name))).toEqual([]);
}, 900_000);
