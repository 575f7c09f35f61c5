import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Toaster from '../../../../src-renderer/ui/toaster.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';

const messages = (): string[] => toasts.shown.map((toast) => toast.message);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.useRealTimers();
});

describe('toasts', () => {
  it('go away by themselves', () => {
    toasts.show('Saved.');
    vi.advanceTimersByTime(4_000);
    expect(messages()).toEqual([]);
  });

  it('stay longer when there is something to do or to worry about', () => {
    toasts.show('It failed.', { tone: 'danger' });
    toasts.show('Gone.', { action: { label: 'Undo', onSelect: () => undefined } });
    vi.advanceTimersByTime(8_000);
    expect(messages()).toEqual(['It failed.', 'Gone.']);
  });

  it('are three at most, and the oldest gives way', () => {
    for (const message of ['1', '2', '3', '4']) toasts.show(message);
    expect(messages()).toEqual(['2', '3', '4']);
  });

  it('do not repeat themselves', () => {
    toasts.show('The disk is full.');
    toasts.show('Another.');
    toasts.show('The disk is full.');
    expect(messages()).toEqual(['Another.', 'The disk is full.']);
  });

  it('wait while a pointer is on one of them', () => {
    toasts.show('Read me.');
    toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(messages()).toEqual(['Read me.']);
    toasts.release();
    vi.advanceTimersByTime(4_000);
    expect(messages()).toEqual([]);
  });
});

describe('the toaster', () => {
  it('announces politely, and does what its button says once', async () => {
    render(Toaster);
    const onSelect = vi.fn();
    toasts.show('“Lawn” is in the trash.', { action: { label: 'Undo', onSelect } });
    const region = screen.getByRole('region', { name: 'Messages' });
    expect(region.getAttribute('aria-live')).toBe('polite');
    await fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(onSelect).toHaveBeenCalledOnce();
    expect(messages()).toEqual([]);
  });

  it('lets a message be dismissed', async () => {
    render(Toaster);
    toasts.show('Enough.');
    await fireEvent.click(await screen.findByRole('button', { name: 'Dismiss' }));
    expect(messages()).toEqual([]);
  });
});
