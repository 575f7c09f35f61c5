import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../../src-main/contract/errors.ts';
import { errorMessage, reportError } from '../../../../src-renderer/lib/report-error.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.restoreAllMocks();
});

describe('reportError', () => {
  it("says an error in the main process's words", () => {
    reportError(new AppError('disk_full', 'The disk is full. Your text is kept.'));
    expect(toasts.shown).toMatchObject([
      { message: 'The disk is full. Your text is kept.', tone: 'danger' },
    ]);
  });

  it('says nothing of what was cancelled', () => {
    reportError(new AppError('cancelled', 'Cancelled.'));
    expect(toasts.shown).toEqual([]);
  });

  it('says of a bug that the text is kept, and leaves its words in the console', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const bug = new TypeError('undefined is not a function');
    reportError(bug);
    expect(toasts.shown[0]?.message).toContain('Your text is kept');
    expect(log).toHaveBeenCalledWith(bug);
  });

  it('has a sentence for anything that was thrown', () => {
    expect(errorMessage('text')).toBe(errorMessage(null));
  });
});
