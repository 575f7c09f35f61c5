import type { AutodocWithDocument, DraftParameters } from '../../../src-main/contract/domain.ts';
import { formatCount } from '../../lib/count-words.ts';
import { deviceLabel } from '../../lib/device-label.ts';
import { escapeText } from '../../lib/escaped-text.ts';
import { formatDuration } from '../../lib/format-duration.ts';
import { strategyLabel } from '../../lib/strategy-label.ts';

/** One line of a draft's details. */
export interface DraftFact {
  readonly label: string;
  readonly value: string;
  /** Whether the label is a parameter's Hugging Face name. */
  readonly isParameter?: boolean;
  /** The whole value, where `value` is a short form of it. */
  readonly full?: string;
}

const shortHashLength = 12;

function parameterText(value: DraftParameters[string]): string {
  if (value === null || typeof value !== 'object') return String(value);
  return value
    .map((entry) =>
      typeof entry === 'string'
        ? `“${escapeText(entry)}”`
        : `“${escapeText(entry.text)}” ${entry.bias}`,
    )
    .join(', ');
}

/** Whether a value asks for anything: an empty list does not. */
function valueSays(value: DraftParameters[string]): boolean {
  return !Array.isArray(value) || value.length > 0;
}

/** How a draft came about, line by line; what is not known yet is left out. */
export function draftFacts(autodoc: AutodocWithDocument): readonly DraftFact[] {
  const { strategy, ...parameters } = autodoc.parameters;
  const facts: (DraftFact | null)[] = [
    { label: 'Model', value: autodoc.model_name },
    autodoc.model_sha256 === null
      ? null
      : {
          label: 'Model hash',
          value: autodoc.model_sha256.slice(0, shortHashLength),
          full: autodoc.model_sha256,
        },
    typeof strategy === 'string' ? { label: 'Strategy', value: strategyLabel(strategy) } : null,
    ...Object.entries(parameters)
      .filter(([name, value]) => value !== null && valueSays(value) && name !== 'seed')
      .map(([name, value]) => ({ label: name, value: parameterText(value), isParameter: true })),
    { label: 'Seed', value: String(autodoc.seed) },
    autodoc.device === null ? null : { label: 'Ran on', value: deviceLabel(autodoc.device) },
    autodoc.variant === null ? null : { label: 'Variant', value: autodoc.variant },
    autodoc.duration_ms === null
      ? null
      : { label: 'Time taken', value: formatDuration(autodoc.duration_ms) },
    autodoc.tokens === null ? null : { label: 'Tokens', value: tokensText(autodoc) },
    autodoc.score === null
      ? null
      : {
          label: strategy === 'beam' ? 'Beam score' : 'Mean log-probability',
          value: autodoc.score.toFixed(3),
        },
    { label: 'Created', value: new Date(autodoc.created_on).toLocaleString() },
  ];
  return facts.filter((fact) => fact !== null);
}

function tokensText({ tokens, duration_ms }: AutodocWithDocument): string {
  const count = formatCount(tokens ?? 0);
  if (tokens === null || duration_ms === null || duration_ms <= 0) return count;
  return `${count} (${Math.round(tokens / (duration_ms / 1_000))} a second, loading included)`;
}
