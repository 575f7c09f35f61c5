/**
 * How hard a password would be to guess, roughly: each character counts by how many others could
 * stand there, and hardly at all where it follows from what is known already (a word that
 * everybody uses, a name, the character before it, a piece that was there before).
 */
export interface PasswordStrength {
  /** 0: not accepted; 1 weak; 2 fair; 3 good; 4 strong. */
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly words: string;
  /** What would make it stronger; null where nothing needs saying. */
  readonly advice: string | null;
}

/** What a piece of a password follows from, and what is said of it. */
const advices = {
  personal: 'It contains your name or your e-mail.',
  common: 'It contains a word or a year that many passwords have.',
  repeated: 'It repeats characters or runs through the alphabet or the keyboard.',
  short: 'Longer is stronger: take a few words that do not belong together.',
} as const;

/** Parts of the passwords that people choose most, longest first where one contains another. */
const commonWords = [
  'password',
  'passwort',
  'letmein',
  'welcome',
  'football',
  'baseball',
  'princess',
  'sunshine',
  'superman',
  'starwars',
  'iloveyou',
  'trustno1',
  'whatever',
  'computer',
  'internet',
  'autodoc',
  'dragon',
  'monkey',
  'master',
  'shadow',
  'secret',
  'summer',
  'winter',
  'spring',
  'autumn',
  'hello',
  'login',
  'admin',
  'guest',
  'test',
  'pass',
  'love',
] as const;
const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** Letters as people disguise them. */
const disguises: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Bits that a known word, and a character that follows from the one before, are worth. */
const wordBits = 8;
const personalBits = 4;
const followingBits = 0.6;
/** Bits from which a password is fair, good and strong. */
const thresholds = [32, 48, 64] as const;
const labels = ['Too short', 'Weak', 'Fair', 'Good', 'Strong'] as const;

/** `about`: what is known of the person, e.g. name and e-mail. */
export function passwordStrength(
  password: string,
  about: readonly string[],
  minLength: number,
): PasswordStrength {
  if (password.length < minLength) {
    return {
      level: 0,
      words: labels[0],
      advice: `A password has at least ${minLength} characters.`,
    };
  }
  const { bits, reasons } = guessability(password, about);
  const level = (1 + thresholds.filter((threshold) => bits >= threshold).length) as 1 | 2 | 3 | 4;
  const reason = (['personal', 'common', 'repeated'] as const).find((one) => reasons.has(one));
  const advice = level >= 3 ? null : advices[reason ?? 'short'];
  return { level, words: labels[level], advice };
}

function guessability(password: string, about: readonly string[]) {
  const folded = password.toLowerCase();
  const plain = Array.from(folded, (character) => disguises[character] ?? character).join('');
  const bitsPerCharacter = Math.log2(alphabetSize(password));
  const personal = about
    .flatMap((text) => text.toLowerCase().split(/[\s@.,_-]+/))
    .filter((word) => word.length >= 3)
    .sort((a, b) => b.length - a.length);
  const reasons = new Set<keyof typeof advices>();
  let bits = 0;
  let at = 0;
  while (at < password.length) {
    const wordAt = (words: readonly string[]): string | undefined =>
      words.find((word) => folded.startsWith(word, at) || plain.startsWith(word, at));
    const own = wordAt(personal);
    const common = wordAt(commonWords) ?? /^(?:19|20)\d\d/.exec(folded.slice(at))?.[0];
    if (own !== undefined || common !== undefined) {
      reasons.add(own === undefined ? 'common' : 'personal');
      bits += own === undefined ? wordBits : personalBits;
      at += (own ?? common ?? '').length;
      continue;
    }
    const repeated = repeatedLength(folded, at);
    if (repeated > 0) {
      reasons.add('repeated');
      bits += followingBits * repeated;
      at += repeated;
      continue;
    }
    if (follows(folded, at)) {
      reasons.add('repeated');
      bits += followingBits;
    } else {
      bits += bitsPerCharacter;
    }
    at += 1;
  }
  return { bits, reasons };
}

/** How many characters could stand in each place, going by the kinds that are there. */
function alphabetSize(password: string): number {
  const kinds: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 100],
  ];
  return kinds.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 1);
}

/** Whether a character goes on with the two before it: the same again, or along a known row. */
function follows(text: string, at: number): boolean {
  const run = text.slice(Math.max(0, at - 2), at + 1);
  if (run.length < 3) return false;
  const backwards = Array.from(run).reverse().join('');
  return (
    new Set(run).size === 1 || rows.some((row) => row.includes(run) || row.includes(backwards))
  );
}

/** How much of the text from here on stood right before it: `abcdabcd` repeats 4 at 4. */
function repeatedLength(text: string, at: number): number {
  const longest = Math.min(at, text.length - at);
  for (let length = longest; length >= 3; length--) {
    if (text.slice(at - length, at) === text.slice(at, at + length)) return length;
  }
  return 0;
}
