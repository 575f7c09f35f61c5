import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  escapeText,
  unescapeText,
  visibleText,
} from '../../../../src-renderer/lib/escaped-text.ts';
import TagInput from '../../../../src-renderer/ui/tag-input.svelte';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';
import { expectAccessible } from '../accessible.ts';

/** A list that keeps what it is given, as a screen does. */
function show(first: readonly string[] = []) {
  const onchange = vi.fn((values: readonly string[]) => void rerender({ values }));
  const { rerender } = render(TagInput, { label: 'Stop at', values: first, onchange });
  const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Stop at: add' });
  return { onchange, field, last: () => onchange.mock.lastCall?.[0] };
}

const remover = (text: string) => screen.getByRole('button', { name: `Remove “${text}”` });

async function add(field: HTMLElement, text: string): Promise<void> {
  await fireEvent.input(field, { target: { value: text } });
  await fireEvent.keyDown(field, { key: 'Enter' });
}

describe('a list of texts', () => {
  it('takes a text by Enter and says so', async () => {
    const { field, last } = show(['one']);
    await add(field, 'two words');
    expect(last()).toEqual(['one', 'two words']);
    expect(field.value).toBe('');
    expect(await screen.findByText('Added “two words”.')).toBeTruthy();
    await expectAccessible();
  });

  it('takes what was typed when the field is left, and an empty field for nothing', async () => {
    const { field, last, onchange } = show();
    await fireEvent.blur(field);
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.input(field, { target: { value: 'one' } });
    await fireEvent.blur(field);
    expect(last()).toEqual(['one']);
  });

  it('refuses what is there already', async () => {
    const { field, onchange } = show(['one']);
    await add(field, 'one');
    expect(onchange).not.toHaveBeenCalled();
    expect(await screen.findByText('“one” is already there.')).toBeTruthy();
  });

  it('takes the last one away by Backspace, only in an empty field', async () => {
    const { field, last, onchange } = show(['one', 'two']);
    await fireEvent.input(field, { target: { value: 'x' } });
    await fireEvent.keyDown(field, { key: 'Backspace' });
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.input(field, { target: { value: '' } });
    await fireEvent.keyDown(field, { key: 'Backspace' });
    expect(last()).toEqual(['one']);
    expect(await screen.findByText('Removed “two”.')).toBeTruthy();
  });

  it('takes pasted lines as a text each, and a pasted line as it is', async () => {
    const { field, last, onchange } = show(['b']);
    const paste = (text: string) =>
      fireEvent.paste(field, { clipboardData: { getData: () => text } });
    expect(await paste('one line')).toBe(true);
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.input(field, { target: { value: 'typed' } });
    expect(await paste('a\r\nb\n\n c d\na')).toBe(false);
    expect(last()).toEqual(['b', 'typed', 'a', ' c d']);
    expect(field.value).toBe('');
  });

  it('writes a line end as \\n, and shows blanks at the ends', async () => {
    const { field, last } = show();
    await add(field, String.raw`\n\n`);
    await add(field, ' lawn');
    expect(last()).toEqual(['\n\n', ' lawn']);
    expect(screen.getByText(String.raw`\n\n`)).toBeTruthy();
    expect(screen.getByText('␣lawn')).toBeTruthy();
  });

  it('is walked and emptied by keys, and the focus stays in it', async () => {
    const { field, last } = show(['one', 'two', 'three']);
    field.focus();
    await fireEvent.keyDown(field, { key: 'ArrowLeft' });
    expect(document.activeElement).toBe(remover('three'));
    await fireEvent.keyDown(remover('three'), { key: 'ArrowLeft' });
    await fireEvent.keyDown(remover('two'), { key: 'Home' });
    expect(document.activeElement).toBe(remover('one'));
    await fireEvent.keyDown(remover('one'), { key: 'Delete' });
    expect(last()).toEqual(['two', 'three']);
    await waitFor(() => expect(document.activeElement).toBe(remover('two')));
    await fireEvent.keyDown(remover('two'), { key: 'ArrowRight' });
    await fireEvent.click(remover('three'));
    expect(last()).toEqual(['two']);
    await waitFor(() => expect(document.activeElement).toBe(field));
  });
});

describe('a text in one line', () => {
  it('comes back as it was', () => {
    const text = fc.string({ unit: fc.constantFrom('\\', 'n', 't', '\n', '\t', '\r', ' ', 'ä') });
    fc.assert(
      fc.property(text, (original) => {
        expect(escapeText(original)).not.toMatch(/[\n\r\t]/);
        expect(unescapeText(escapeText(original))).toBe(original);
      }),
      { numRuns: largeCount(5_000), seed: testSeed() },
    );
  });

  it('leaves alone what is no escape', () => {
    expect(unescapeText(String.raw`C:\games \x`)).toBe(String.raw`C:\games \x`);
    expect(visibleText('  a b ')).toBe('␣␣a b␣');
  });
});
