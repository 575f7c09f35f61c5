/*
 * GPT-2 writes the bytes of a text as 256 visible characters, so that its vocabulary has no
 * blanks and no control characters (Radford et al., 2019, `encoder.py`): a byte that prints in
 * Latin-1 stands for itself, the others follow from U+0100 on.
 */

function isVisible(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => byte)
    .sort((a, b) => Number(isVisible(b)) - Number(isVisible(a)) || a - b)
    .map((byte, place) => {
      const visibleBytes = 188;
      const codePoint = place < visibleBytes ? byte : 0x100 + place - visibleBytes;
      return [String.fromCodePoint(codePoint), byte];
    }),
);

/** The bytes that a token of the vocabulary stands for, or null when it is not in the alphabet. */
export function bytesOfToken(token: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
