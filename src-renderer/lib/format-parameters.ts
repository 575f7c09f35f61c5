/** A model's size as people say it: `4.3 million`, `124 million`, `1.6 billion`. */
export function formatParameters(parameters: number): string {
  if (parameters >= 999_500_000) return `${rounded(parameters / 1_000_000_000)} billion`;
  if (parameters >= 999_500) return `${rounded(parameters / 1_000_000)} million`;
  return parameters.toLocaleString('en');
}

/** The same where there is little room: `4.3M`, `124M`, `1.6B`. */
export function shortParameters(parameters: number): string {
  return formatParameters(parameters).replace(' million', 'M').replace(' billion', 'B');
}

function rounded(value: number): string {
  return value.toFixed(value >= 9.95 ? 0 : 1).replace(/\.0$/, '');
}
