import { slurs } from '../../src-main/contract/ban-list.ts';
import { startEngine } from './contestants/engine.ts';
import type { Course } from './measure.ts';
import type { BenchModel } from './models.ts';
import { peakRssMib } from './process-memory.ts';
import type { Row } from './rows.ts';
import { toRows, type Measured } from './rows.ts';

const minRounds = 3;

/**
 * From nothing to the first draft, as somebody who has just opened the application waits for it:
 * the engine's process starts, loads the model in its default variant, and writes the
 * original's draft (beam search with 5 beams to 100 tokens).
 */
export async function measureFirstDraft(model: BenchModel, course: Course): Promise<Row[]> {
  const rounds = Math.max(minRounds, course.minRounds);
  const ms: number[] = [];
  let last: Pick<Measured, 'label' | 'device' | 'peakRssMib'> | null = null;
  // A text ends early where the model says so: what a person waits for is what counts here.
  const promptTokenIds = Array.from(
    { length: 16 },
    (_, i) => (7 * i + 300) % model.shape.vocabSize,
  );
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const engine = startEngine();
    try {
      const { device, variant } = await engine.client.generate({
        model: model.reference,
        device: 'cpu',
        variant: 'auto',
        promptTokenIds,
        bannedWords: slurs,
        parameters: { strategy: 'beam', min_new_tokens: 84 },
      });
      ms.push(performance.now() - start);
      last = { label: variant, device, peakRssMib: peakRssMib(engine.processId()) };
    } finally {
      await engine.client.dispose();
    }
  }
  if (last === null) return [];
  const measured: Measured = {
    job: 'first-draft',
    model: model.name,
    ...last,
    peer: null,
    likes: [],
    ms,
    stepMs: [],
    weightBytesPerStep: null,
  };
  return [...toRows([measured], course.threads, [])];
}
