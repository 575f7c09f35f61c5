import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoundOption } from '../../../../src-renderer/ui/found-option.ts';
import MultiSelect from '../../../../src-renderer/ui/multi-select.svelte';
import SearchSelect from '../../../../src-renderer/ui/search-select.svelte';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

beforeEach(() => installFakeLayout());

const people: readonly FoundOption[] = [
  { value: '1', label: 'Bo Ekman', description: 'bo@example.org' },
  { value: '2', label: 'Elif Kaya', description: 'elif@example.org' },
];
const search = vi.fn((query: string) =>
  Promise.resolve(people.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()))),
);

function show(chosen: FoundOption | null = null) {
  const onchange = vi.fn();
  render(SearchSelect, { label: 'Editor', chosen, search, onchange });
  return { onchange, field: screen.getByRole<HTMLInputElement>('combobox', { name: 'Editor' }) };
}

describe('a search for one of many', () => {
  it('finds by typing, and chooses by keyboard', async () => {
    const { onchange, field } = show();
    field.focus();
    await fireEvent.input(field, { target: { value: 'eli' } });
    await screen.findByText('elif@example.org');
    expect(screen.queryByText('bo@example.org')).toBeNull();
    await expectAccessible();
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(onchange).toHaveBeenCalledExactlyOnceWith(people[1]);
    expect(field.value).toBe('Elif Kaya');
  });

  it('offers everybody when it is opened over a choice', async () => {
    const { field } = show(people[0]);
    expect(field.value).toBe('Bo Ekman');
    await fireEvent.click(field);
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(2));
  });

  it('says that nobody fits', async () => {
    const { field } = show();
    await fireEvent.input(field, { target: { value: 'xyzzy' } });
    await screen.findByText('Nobody found');
  });

  it('says again what is chosen when it is left half-typed, and nobody when it is emptied', async () => {
    const { onchange, field } = show(people[0]);
    await fireEvent.input(field, { target: { value: 'Bo Ek' } });
    await fireEvent.blur(field);
    expect(field.value).toBe('Bo Ekman');
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.input(field, { target: { value: '' } });
    await fireEvent.blur(field);
    expect(onchange).toHaveBeenCalledExactlyOnceWith(null);
  });

  it('is cleared by its button', async () => {
    const { onchange } = show(people[0]);
    await fireEvent.click(screen.getByRole('button', { name: 'Editor: clear' }));
    expect(onchange).toHaveBeenCalledExactlyOnceWith(null);
  });
});

describe('a choice of some', () => {
  const options = [
    { value: 'a', label: 'Assigned' },
    { value: 'b', label: 'Approved' },
  ] as const;

  it('says what is ticked, in order, and ticks more', async () => {
    const onchange = vi.fn();
    const { rerender } = render(MultiSelect, {
      label: 'State',
      options,
      values: [],
      allLabel: 'All states',
      onchange,
    });
    const trigger = screen.getByRole('combobox', { name: 'State: All states' });
    await fireEvent.pointerDown(trigger, { button: 0, pointerType: 'mouse' });
    await fireEvent.keyDown(trigger, { key: 'ArrowDown' });
    const option = await screen.findByRole('option', { name: 'Approved' });
    await fireEvent.pointerUp(option, { button: 0, pointerType: 'mouse' });
    expect(onchange).toHaveBeenCalledExactlyOnceWith(['b']);
    await rerender({ values: ['b', 'a'] });
    expect(
      screen.getByRole('combobox', { name: 'State: Assigned, Approved' }).textContent,
    ).toContain('Assigned +1');
  });
});
