import type { Dice } from './dice.ts';

const words = (
  'the garden waits until rain comes over a low wall and every bird that knows this place sits still ' +
  'while somebody reads aloud from an old letter about winter bread and the price of salt'
).split(' ');

export function someWords(dice: Dice, count: number): string {
  return Array.from({ length: count }, () => dice.pick(words)).join(' ');
}

/** A text that nobody has worked on yet: most are short, some are long. */
export function newText(dice: Dice): string {
  const paragraphs = dice.chance(0.04) ? 150 : 1 + dice.whole(4);
  return Array.from({ length: paragraphs }, () => `${someWords(dice, 4 + dice.whole(20))}.`).join(
    '\n\n',
  );
}

/** A text as somebody leaves it who worked on it for a while: with `word` in it, whatever else. */
export function edited(dice: Dice, text: string, word: string): string {
  const parts = text.split(' ');
  const edits = 1 + dice.whole(3);
  for (let edit = 0; edit < edits; edit += 1) {
    const at = dice.whole(parts.length + 1);
    const some = someWords(dice, 1 + dice.whole(4)).split(' ');
    switch (dice.pick(['insert', 'replace', 'remove', 'paragraph'])) {
      case 'insert':
        parts.splice(at, 0, ...some);
        break;
      case 'replace':
        parts.splice(at, some.length, ...some);
        break;
      case 'remove':
        parts.splice(at, 1 + dice.whole(6));
        break;
      case 'paragraph':
        parts.splice(at, 0, `\n\n${some.join(' ')}.\n\n`);
    }
  }
  parts.splice(dice.whole(parts.length + 1), 0, word);
  return parts.join(' ');
}
