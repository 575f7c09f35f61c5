import { afterEach, describe, expect, it, vi } from 'vitest';
import { copyText } from '../../../../src-renderer/lib/copy-text.ts';

const give = (target: object, name: string, value: unknown) =>
  Object.defineProperty(target, name, { value, configurable: true });

afterEach(() => {
  Reflect.deleteProperty(navigator, 'clipboard');
  Reflect.deleteProperty(document, 'execCommand');
});

describe('copyText', () => {
  it('uses the clipboard where it may', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    give(navigator, 'clipboard', { writeText });
    expect(await copyText('words')).toBe(true);
    expect(writeText).toHaveBeenCalledWith('words');
  });

  it('copies as by hand where it may not, and gives the focus back', async () => {
    give(navigator, 'clipboard', { writeText: () => Promise.reject(new Error('not allowed')) });
    let copied = '';
    give(document, 'execCommand', () => {
      // jsdom focuses nothing on select(); what is selected is in the last field all the same.
      const { value, selectionStart, selectionEnd } = document.querySelector('textarea')!;
      copied = value.slice(selectionStart, selectionEnd);
      return true;
    });
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    expect(await copyText(' two\nlines')).toBe(true);
    expect(copied).toBe(' two\nlines');
    expect(document.activeElement).toBe(field);
    expect(document.querySelector('textarea')).toBeNull();
    field.remove();
  });

  it('says when nothing could be copied', async () => {
    give(document, 'execCommand', () => false);
    expect(await copyText('words')).toBe(false);
  });
});
