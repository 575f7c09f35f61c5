import type { ContextMeasure } from '../../../src-main/contract/channels.ts';
import { formatCount } from '../../lib/count-words.ts';

/** What the model reads, as short as a status bar needs it. */
export function contextWords(context: ContextMeasure): string {
  const tokens = formatCount(context.prompt_tokens);
  return context.reads_from > 0 ? `Reads the last ${tokens} tokens` : `Reads all ${tokens} tokens`;
}

/** The same with its reason, for a tooltip. */
export function contextExplanation(context: ContextMeasure): string {
  const window = `The model sees ${formatCount(context.n_positions)} tokens at once, and its draft of up to ${formatCount(context.max_new_tokens)} tokens counts too.`;
  return context.reads_from > 0
    ? `${window} Of this text it reads the end, from the mark in the margin on.`
    : `${window} This text fits whole.`;
}
