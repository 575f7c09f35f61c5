const labels: Readonly<Record<string, string>> = {
  beam: 'Beam search',
  greedy: 'Greedy',
  sample: 'Sampling',
};

/** A decoding strategy's name for people. One that is not known here keeps its own. */
export function strategyLabel(strategy: string): string {
  return labels[strategy] ?? strategy;
}
