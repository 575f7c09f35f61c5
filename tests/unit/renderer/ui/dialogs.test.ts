import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import ConfirmDialog from '../../../../src-renderer/ui/confirm-dialog.svelte';
import Dialog from '../../../../src-renderer/ui/dialog.svelte';
import ShortcutsDialog from '../../../../src-renderer/ui/shortcuts-dialog.svelte';

describe('a dialog', () => {
  it('has its title as its name, and gives the keyboard to its first field', async () => {
    const children = createRawSnippet(() => ({
      render: () => '<label>Name <input type="text" /></label>',
    }));
    render(Dialog, { open: true, title: 'Rename', children });
    expect(await screen.findByRole('dialog', { name: 'Rename' })).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox')));
  });

  it('takes the keyboard itself where there is no field, and closes by its button', async () => {
    const onClose = vi.fn();
    render(Dialog, { open: true, title: 'Read this', onClose });
    const dialog = await screen.findByRole('dialog');
    await waitFor(() => expect(document.activeElement).toBe(dialog));
    await fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('closes with Escape', async () => {
    render(Dialog, { open: true, title: 'Read this' });
    await fireEvent.keyDown(await screen.findByRole('dialog'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('a confirmation', () => {
  const question = {
    open: true,
    title: 'Remove the model?',
    message: 'Its files are deleted. Drafts stay.',
    confirmLabel: 'Remove',
    danger: true,
  };

  it('does it only on the button that says so', async () => {
    const onConfirm = vi.fn();
    render(ConfirmDialog, { ...question, onConfirm });
    expect(await screen.findByRole('alertdialog', { name: 'Remove the model?' })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Remove' }));
    expect(onConfirm).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  });

  it('does nothing on Cancel', async () => {
    const onConfirm = vi.fn();
    render(ConfirmDialog, { ...question, onConfirm });
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(onConfirm).not.toHaveBeenCalled();
  });
});

describe('the overview of shortcuts', () => {
  it("shows this machine's keys", async () => {
    render(ShortcutsDialog, { open: true, isMac: true });
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(dialog.textContent).toContain('Cmd');
    expect(dialog.textContent).not.toContain('Ctrl');
  });
});
