import type { DraftProgress, EngineStatus } from '../../../src-main/contract/channels.ts';
import { assertNever } from '../../../src-main/contract/errors.ts';

/** What the model is doing, in a few words. */
export function engineWords(engine: EngineStatus, progress: DraftProgress | null): string {
  const waiting = engine.queue_length - 1;
  const queue = waiting > 0 ? `, ${waiting} waiting` : '';
  switch (engine.state) {
    case 'idle':
      return engine.queue_length > 0 ? `${engine.queue_length} waiting` : 'Ready';
    case 'loading':
      return `Loading ${engine.model_name ?? 'the model'}${queue}`;
    case 'drafting':
      return progress === null
        ? `Reading${queue}`
        : `Drafting ${progress.tokens} of ${progress.max_new_tokens} tokens${queue}`;
    case 'restarting':
      return `Restarting the engine${queue}`;
    case 'failed':
      return 'Drafting failed';
    default:
      return assertNever(engine.state);
  }
}

/** `87 tokens/s`, with one decimal while it is slow. */
export function speedWords(tokensPerSecond: number): string {
  return `${tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0)} tokens/s`;
}
