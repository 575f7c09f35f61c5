import { describe, expect, it } from 'vitest';
import { bytesOfToken } from '../../../../src-main/inference/tokenizer/byte-alphabet.ts';

describe('bytesOfToken', () => {
  it('reads visible Latin-1 as itself and the rest from U+0100 on', () => {
    expect(bytesOfToken('Hi!')).toEqual(Uint8Array.of(0x48, 0x69, 0x21));
    expect(bytesOfToken('Ġthe')).toEqual(Uint8Array.of(0x20, 0x74, 0x68, 0x65));
    expect(bytesOfToken('ĊĀġł')).toEqual(Uint8Array.of(0x0a, 0x00, 0x7f, 0xa0));
    expect(bytesOfToken('¡¬®ÿŃ')).toEqual(Uint8Array.of(0xa1, 0xac, 0xae, 0xff, 0xad));
    expect(bytesOfToken('')).toEqual(new Uint8Array());
  });

  it('has one character for each byte, and none besides', () => {
    const bytes = Array.from({ length: 0x200 }, (_, code) => String.fromCodePoint(code)).flatMap(
      (character) => [...(bytesOfToken(character) ?? [])],
    );
    expect(bytes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(bytesOfToken('a b')).toBeNull();
    expect(bytesOfToken('日')).toBeNull();
  });
});
