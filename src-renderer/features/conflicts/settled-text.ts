import { bothTexts, type MergeRegion } from '../../../src-main/contract/conflicts.ts';

/** A passage that two people wrote in different ways. */
export type Choice = Extract<MergeRegion, { readonly kind: 'choice' }>;

/** What a person decided about a passage. */
export type Decision =
  | { readonly kind: 'ours' | 'theirs' | 'both' }
  | { readonly kind: 'edited'; readonly text: string };

/** By the places of their regions. */
export type Decisions = Readonly<Partial<Record<number, Decision>>>;

/** What a passage says by a decision. */
export function decidedText(choice: Choice, decision: Decision): string {
  switch (decision.kind) {
    case 'ours':
      return choice.ours;
    case 'theirs':
      return choice.theirs;
    case 'both':
      return bothTexts(choice);
    case 'edited':
      return decision.text;
  }
}

/**
 * The whole text by the decisions; null while a passage is undecided. What was typed gets the
 * line ends that the text has.
 */
export function settledText(regions: readonly MergeRegion[], decisions: Decisions): string | null {
  const hasCarriageReturns = regions.some((region) =>
    region.kind === 'merged'
      ? region.text.includes('\r\n')
      : [region.ours, region.theirs].some((text) => text.includes('\r\n')),
  );
  const pieces: string[] = [];
  for (const [place, region] of regions.entries()) {
    if (region.kind === 'merged') {
      pieces.push(region.text);
      continue;
    }
    const decision = decisions[place];
    if (decision === undefined) return null;
    const text = decidedText(region, decision);
    const isTyped = decision.kind === 'edited';
    pieces.push(
      isTyped ? storable(hasCarriageReturns ? text.replace(/\r?\n/g, '\r\n') : text) : text,
    );
  }
  return pieces.join('');
}

/** What the store takes: pasted halves of characters and NULs become the replacement character. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
