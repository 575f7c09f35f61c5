import { Text } from '@codemirror/state';

/** A document's body as the editor holds it: a rope of lines, whatever ended them. */
export function textOf(body: string): Text {
  return Text.of(body.split(/\r\n?|\n/));
}

/** The line end that a body came with, to write it back the same. */
export function lineBreakOf(body: string): '\n' | '\r\n' {
  return body.includes('\r\n') ? '\r\n' : '\n';
}

export function bodyOf(text: Text, lineBreak: string): string {
  return wellFormed(text.sliceString(0, text.length, lineBreak));
}

/** What the store takes: pasted halves of characters and NULs become the replacement character. */
export function wellFormed(body: string): string {
  return body.toWellFormed().replaceAll('\0', '\ufffd');
}
