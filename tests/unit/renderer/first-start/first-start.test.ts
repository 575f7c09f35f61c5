import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import FirstStart from '../../../../src-renderer/features/first-start/first-start.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge({ isFirstStart: true });
});

describe('the first start', () => {
  it('begins a library for one, with a name or without', async () => {
    const onStarted = vi.fn();
    render(FirstStart, { onStarted });
    await fireEvent.input(screen.getByRole('textbox', { name: 'Your name (optional)' }), {
      target: { value: 'Ada' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Start writing' }));
    await vi.waitFor(() => expect(onStarted).toHaveBeenCalledOnce());
    expect(bridge.callsOf('library:start')).toEqual([{ mode: 'just_me', name: 'Ada' }]);
    expect(onStarted.mock.calls[0]?.[0]).toMatchObject({ is_first_start: false });
  });

  it('says what went wrong, and can be tried again', async () => {
    const onStarted = vi.fn();
    render(FirstStart, { onStarted });
    bridge.fail('library:start', 'store_unwritable', 'The folder cannot be written.');
    await fireEvent.click(screen.getByRole('button', { name: 'Start writing' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The folder cannot be written.');
    bridge.succeed('library:start');
    await fireEvent.click(screen.getByRole('button', { name: 'Start writing' }));
    await vi.waitFor(() => expect(onStarted).toHaveBeenCalledOnce());
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is honest: about teams, about the model, about where everything is', () => {
    render(FirstStart, { onStarted: () => undefined });
    const team = screen.getByRole('region', { name: /A team/ });
    expect(team.textContent).toContain('later version');
    expect(team.querySelector('button')).toBeNull();
    const page = screen.getByRole('main').textContent;
    expect(page).toContain('small and weak');
    expect(page).toContain('Settings → Models');
    expect(page).toContain('Everything stays on this computer');
  });
});
