import type { TokenProbability } from '../../../src-main/contract/domain.ts';
import { escapeText } from '../../lib/escaped-text.ts';

/** How likely a token was, roughly: what the eye can tell apart. */
export const likelihoods = [
  { name: 'likely', from: 0.5, label: '50% and more' },
  { name: 'fair', from: 0.1, label: '10 to 50%' },
  { name: 'low', from: 0.01, label: '1 to 10%' },
  { name: 'rare', from: 0, label: 'under 1%' },
] as const;
export type Likelihood = (typeof likelihoods)[number]['name'];

export function likelihoodOf({ log_prob }: Pick<TokenProbability, 'log_prob'>): Likelihood {
  const probability = Math.exp(log_prob);
  return likelihoods.find(({ from }) => probability >= from)?.name ?? 'rare';
}

/** `43%`, `3.1%`, `under 0.1%`. */
export function percentText(logProb: number): string {
  const percent = Math.exp(logProb) * 100;
  if (percent < 0.1) return 'under 0.1%';
  return `${percent.toFixed(percent < 9.95 ? 1 : 0)}%`;
}

/** Whether a token ends the text; it has no text of its own. */
export function isEnd(text: string): boolean {
  return text === '' || text === '<|endoftext|>';
}

/** A token in one line: a line end is seen, and so are blanks; one without text ends the text. */
export function tokenName(text: string): string {
  if (isEnd(text)) return 'end of text';
  return escapeText(text).replaceAll(' ', '␣');
}

/** A token and what else the model thought of there, for a screen reader. */
export function spokenToken(token: TokenProbability): string {
  const spoken = (text: string) => tokenName(text).replaceAll('␣', ' ').trim() || 'blank';
  const others = token.alternatives
    .filter(({ token_id }) => token_id !== token.token_id)
    .map(({ text, log_prob }) => `${spoken(text)} ${percentText(log_prob)}`);
  const instead = others.length === 0 ? '' : `. Instead: ${others.join(', ')}`;
  return `${spoken(token.text)}, ${percentText(token.log_prob)}${instead}`;
}

/** What the model made of a text as a whole: `31% a token on average, perplexity 3.2`. */
export function averageWords(tokens: readonly TokenProbability[]): string {
  if (tokens.length === 0) return 'No tokens';
  const mean = tokens.reduce((sum, { log_prob }) => sum + log_prob, 0) / tokens.length;
  return `${percentText(mean)} a token on average, perplexity ${Math.exp(-mean).toFixed(1)}`;
}
