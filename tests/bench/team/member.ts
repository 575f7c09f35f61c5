import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RoundOutcome } from '../../../src-main/sync/types.ts';

/** What a machine of a team is asked to do. */
export type Order =
  | {
      readonly kind: 'open';
      readonly directory: string;
      readonly file: string;
    }
  /** Makes a library from a team file, as whoever joins the team does. */
  | { readonly kind: 'join'; readonly directory: string; readonly file: string }
  | { readonly kind: 'write'; readonly documents: number }
  | { readonly kind: 'round' }
  | { readonly kind: 'rounds'; readonly count: number }
  | { readonly kind: 'stat'; readonly file: string; readonly count: number }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'close' };

export type Answer =
  | { readonly ms: readonly number[]; readonly outcome?: RoundOutcome }
  | { readonly failure: string };

interface Member {
  /** How long it took, each time. */
  ask(order: Order): Promise<readonly number[]>;
  /** A round that has to come to something. */
  round(expected: Partial<Pick<RoundOutcome, 'published'>> & { taken?: number }): Promise<number>;
  close(): Promise<void>;
}

export function startMember(): Member {
  const worker = new Worker(path.join(import.meta.dirname, 'member-thread.ts'));

  async function answerTo(order: Order): Promise<Exclude<Answer, { failure: string }>> {
    worker.postMessage(order);
    const [answer] = (await once(worker, 'message')) as [Answer];
    if ('failure' in answer) throw new Error(`"${order.kind}" failed: ${answer.failure}`);
    return answer;
  }

  return {
    ask: async (order) => (await answerTo(order)).ms,
    async round({ published, taken = 0 }) {
      const { ms, outcome } = await answerTo({ kind: 'round' });
      const isExpected =
        outcome?.problem === null &&
        outcome.taken >= taken &&
        outcome.published === (published ?? outcome.published);
      if (!isExpected) throw new Error(`Another outcome of a round: ${JSON.stringify(outcome)}`);
      return ms[0]!;
    },
    async close() {
      await answerTo({ kind: 'close' });
      await worker.terminate();
    },
  };
}
