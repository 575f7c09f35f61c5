const escapes: readonly (readonly [character: string, written: string])[] = [
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
];

/** A text in one line, as it is written into a field: a line end is `\n`, a backslash `\\`. */
export function escapeText(text: string): string {
  return escapes.reduce((line, [character, written]) => line.replaceAll(character, written), text);
}

/** The text that a line stands for; what is no escape stands for itself. Undoes `escapeText`. */
export function unescapeText(line: string): string {
  return line.replace(
    /\\[\\nrt]/g,
    (written) => escapes.find((entry) => entry[1] === written)?.[0] ?? written,
  );
}

/** A text in one line for the eye: also the blanks at its ends are seen. */
export function visibleText(text: string): string {
  return escapeText(text).replace(/^ +| +$/g, (blanks) => '␣'.repeat(blanks.length));
}
