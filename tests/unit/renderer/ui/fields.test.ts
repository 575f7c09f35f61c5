import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import ResizeHandle from '../../../../src-renderer/ui/resize-handle.svelte';
import Segmented from '../../../../src-renderer/ui/segmented.svelte';
import Switch from '../../../../src-renderer/ui/switch.svelte';
import TextField from '../../../../src-renderer/ui/text-field.svelte';

describe('a text field', () => {
  it('is described by its description and its error', () => {
    render(TextField, { label: 'Name', description: 'Yours.', error: 'Too long.' });
    const field = screen.getByRole('textbox', { name: 'Name' });
    const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
    expect(ids.map((id) => document.getElementById(id)?.textContent)).toEqual([
      'Yours.',
      'Too long.',
    ]);
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it('keeps its label for screen readers when it is hidden', () => {
    render(TextField, { label: 'Search', hideLabel: true, type: 'search' });
    expect(screen.getByRole('searchbox', { name: 'Search' })).toBeTruthy();
  });
});

describe('choices', () => {
  it('are radio buttons to a screen reader', async () => {
    const onchange = vi.fn();
    const options = [
      { value: 'light', label: 'Light' },
      { value: 'dark', label: 'Dark' },
    ] as const;
    render(Segmented, { label: 'Theme', options, value: 'light', onchange });
    expect(screen.getByRole('radiogroup', { name: 'Theme' })).toBeTruthy();
    expect(screen.getByRole('radio', { name: 'Light' }).getAttribute('aria-checked')).toBe('true');
    await fireEvent.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(onchange).toHaveBeenCalledExactlyOnceWith('dark');
  });

  it('switch on and off', async () => {
    const onchange = vi.fn();
    render(Switch, { label: 'Together', description: 'Both scroll.', checked: false, onchange });
    const control = screen.getByRole('switch', { name: 'Together' });
    await fireEvent.click(control);
    expect(onchange).toHaveBeenCalledExactlyOnceWith(true);
  });
});

describe('a resize handle', () => {
  it.each([
    ['left', 'ArrowRight', 316],
    ['left', 'ArrowLeft', 284],
    ['right', 'ArrowRight', 284],
    ['right', 'ArrowLeft', 316],
    ['left', 'Home', 200],
    ['left', 'End', 420],
  ] as const)('of a panel at the %s moves by %s', async (panel, key, width) => {
    const onresize = vi.fn();
    render(ResizeHandle, { label: 'Width', width: 300, min: 200, max: 420, panel, onresize });
    const handle = screen.getByRole('separator', { name: 'Width' });
    expect(handle.getAttribute('aria-valuenow')).toBe('300');
    await fireEvent.keyDown(handle, { key });
    expect(onresize).toHaveBeenCalledExactlyOnceWith(width);
  });

  it('says how far it can be moved', () => {
    render(ResizeHandle, {
      label: 'Width',
      width: 300,
      min: 200,
      max: 420,
      panel: 'left',
      onresize: () => undefined,
    });
    const handle = screen.getByRole('separator');
    expect([handle.ariaValueMin, handle.ariaValueMax]).toEqual(['200', '420']);
  });
});
