import { describe, expect, it, vi } from 'vitest';
import { broadcastTo } from '../../../src-main/ipc/broadcast.ts';

describe('broadcastTo', () => {
  it('reaches every window that is still there', () => {
    const here = { isDestroyed: () => false, send: vi.fn() };
    const gone = { isDestroyed: () => true, send: vi.fn() };
    broadcastTo(() => [gone, here])('menu:command', { command: 'document:new' });
    expect(here.send).toHaveBeenCalledExactlyOnceWith('menu:command', { command: 'document:new' });
    expect(gone.send).not.toHaveBeenCalled();
  });
});
