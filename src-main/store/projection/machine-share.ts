/** As many words in a row as hardly anybody writes twice by chance. */
const runLength = 5;

/**
 * The part of a body's words, 0 to 1, that stand in it as a model wrote them: words in a row of
 * at least five that a draft of this document has too. Of two people who write the same five
 * words one counts as a machine; that is rare, and it is a share, not a judgement.
 */
export function machineShare(body: string, draftTexts: readonly string[]): number {
  const runs = new Set(draftTexts.flatMap((text) => runsOf(wordsOf(text))));
  if (runs.size === 0) return 0;
  const words = wordsOf(body);
  if (words.length === 0) return 0;
  let written = 0;
  let coveredTo = 0;
  for (const [start, run] of runsOf(words).entries()) {
    if (!runs.has(run)) continue;
    const end = start + runLength;
    written += end - Math.max(start, coveredTo);
    coveredTo = end;
  }
  return written / words.length;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\S+/gu) ?? [];
}

function runsOf(words: readonly string[]): string[] {
  const runs: string[] = [];
  for (let end = runLength; end <= words.length; end += 1) {
    runs.push(words.slice(end - runLength, end).join(' '));
  }
  return runs;
}
