/*
 * Names that sync services give to the copy of a file that was changed in two places. What such
 * a copy holds is told by its content; the name alone says whether the application may put the
 * copy away once it is merged. A name that a person may have given ("Team copy.db", "Team
 * backup.db") is no such name.
 */

/**
 * What stands between a file's name and its ending, in the languages the services speak. Words
 * that people use for their own copies are not among them without a service's form around.
 */
const inBrackets = new RegExp(
  [
    // Dropbox, Nextcloud and ownCloud: "(Ada's conflicted copy 2026-11-29)", "(conflicted copy …)".
    'conflicted copy',
    'case conflict',
    'selective sync conflict',
    'in Konflikt stehende Kopie',
    'Konfliktkopie',
    'copie en conflit',
    'copia en conflicto',
    'copia in conflitto',
    'cópia em conflito',
    'conflicterend exemplaar',
    'conflicterende kopie',
    'kopia powodująca konflikt',
    'kopia z konfliktem',
    'конфликтующая копия',
    'конфликтная копия',
    '競合コピー',
    '冲突副本',
    '衝突副本',
    '충돌 복사본',
    'konfliktkopia',
    'motstridig kopi',
    'konflikteret kopi',
    'çakışan kopya',
    // Seafile: "(SFConflict ada@example.org 2026-11-29-…)".
    'SFConflict',
  ].join('|'),
  'iu',
);

/** Forms that are a service's whatever the language. */
const forms: readonly RegExp[] = [
  // Syncthing: "team.sync-conflict-20261129-101500-ABCDEFG.db".
  /\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]+$/i,
  // Nextcloud and ownCloud of old: "team_conflict-20261129-101500".
  /_conflict-\d{8}-\d{6}$/i,
  // Resilio: "team.Conflict".
  /\.Conflict$/,
  // pCloud: "team [conflicted]"; Box and Tresorit: "team (conflict 2026-11-29-10-15-00)" is above.
  /\s?\[conflicted(?: \d+)?\]$/i,
  // Google Drive, Box and browsers: "team (1)".
  /\s?\(\d{1,3}\)$/,
  // iCloud Drive: "team 2".
  / \d{1,3}$/,
];

/**
 * Whether `name` is a sync service's for another version of the file `target`, both without
 * their folder. `hostName`: OneDrive puts the machine's name behind the file's; those of other
 * machines are recognised by their form.
 */
export function isConflictName(name: string, target: string, hostName: string): boolean {
  const { stem: targetStem, ending: targetEnding } = split(target);
  const { stem, ending } = split(name);
  // Syncthing and others put what they add before or behind the ending.
  if (ending !== targetEnding && !name.startsWith(target)) return false;
  const added = ending === targetEnding ? after(stem, targetStem) : name.slice(target.length);
  if (added === null || added === '') return false;
  const brackets = /^\s?\(([^()]*(?:\([^()]*\))?[^()]*)\)(?:\s?\(\d{1,3}\))?$/u.exec(added);
  if (brackets?.[1] !== undefined && inBrackets.test(brackets[1])) return true;
  // Dropbox writes some languages without brackets around: "team - Konfliktkopie".
  return forms.some((form) => matchesWhole(form, added)) || isMachine(added, hostName);
}

function matchesWhole(form: RegExp, added: string): boolean {
  return form.exec(added)?.index === 0;
}

/** Windows and macOS names of machines as they come from the factory, and this one's own. */
const machine =
  /^-(?:(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{4,12}|[\p{L}\p{N}-]*(?:MacBook|iMac)[\p{L}\p{N}-]*)(?:-\d{1,3})?$/iu;

function isMachine(added: string, hostName: string): boolean {
  if (machine.test(added)) return true;
  const plain = added.replace(/-\d{1,3}$/, '').toLowerCase();
  const own = hostName.split('.')[0]?.toLowerCase() ?? '';
  return own !== '' && (plain === `-${own}` || added.toLowerCase() === `-${own}`);
}

function after(stem: string, targetStem: string): string | null {
  return stem.startsWith(targetStem) ? stem.slice(targetStem.length) : null;
}

function split(name: string): { readonly stem: string; readonly ending: string } {
  const dot = name.lastIndexOf('.');
  // A name that ends in a service's mark has none of its own: "team.Conflict" is handled there.
  return dot <= 0
    ? { stem: name, ending: '' }
    : { stem: name.slice(0, dot), ending: name.slice(dot) };
}
