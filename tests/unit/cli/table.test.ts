import { describe, expect, it } from 'vitest';
import { oneLine, printable } from '../../../src-main/cli/table.ts';

describe('words of others', () => {
  it('give a terminal no commands', () => {
    expect(printable('a\u001b[2Jb\u0007\u009bc\nd\te')).toBe('a[2Jbc\nd\te');
    expect(oneLine(' Eve\u001b]0;x\u0007\r\n Mallory ')).toBe('Eve]0;x Mallory');
  });

  it('keep every letter', () => {
    const name = 'Zoë “Zed” ابن سينا 👩‍🌾';
    expect(oneLine(name)).toBe(name);
  });
});
