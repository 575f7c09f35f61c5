import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { hardenContents, hardenSession } from '../../../src-main/app/security.ts';

type Decide = (decision: { cancel?: boolean }) => void;

function fakeSession() {
  const kept = {
    request: undefined as ((c: null, p: string, decide: (ok: boolean) => void) => void) | undefined,
    check: undefined as (() => boolean) | undefined,
    device: undefined as (() => boolean) | undefined,
    spellChecker: undefined as boolean | undefined,
    before: undefined as ((details: { url: string }, decide: Decide) => void) | undefined,
  };
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: never) => (kept.request = handler),
    setPermissionCheckHandler: (handler: never) => (kept.check = handler),
    setDevicePermissionHandler: (handler: never) => (kept.device = handler),
    setSpellCheckerEnabled: (on: boolean) => (kept.spellChecker = on),
    webRequest: { onBeforeRequest: (handler: never) => (kept.before = handler) },
  });
  return { session, kept };
}

function hardened(platform: NodeJS.Platform = 'linux') {
  const { session, kept } = fakeSession();
  hardenSession(session as unknown as Parameters<typeof hardenSession>[0], platform);
  return { session, kept };
}

describe('the session', () => {
  it('grants no permission', () => {
    const { kept } = hardened();
    const decide = vi.fn();
    kept.request?.(null, 'media', decide);
    expect(decide).toHaveBeenCalledExactlyOnceWith(false);
    expect(kept.check?.()).toBe(false);
    expect(kept.device?.()).toBe(false);
  });

  it('downloads nothing', () => {
    const { session } = hardened();
    const event = { preventDefault: vi.fn() };
    session.emit('will-download', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });

  it.each([
    ['app://autodoc/index.html', false],
    ['devtools://devtools/bundled/x.js', false],
    ['app://autodoc.example/index.html', true],
    ['app://other/index.html', true],
    ['https://example.com/', true],
    ['http://127.0.0.1:9/', true],
    ['ws://example.com/', true],
    ['file:///etc/passwd', true],
  ])('cancels a request for %s: %s', (url, cancel) => {
    const decide = vi.fn();
    hardened().kept.before?.({ url }, decide);
    expect(decide).toHaveBeenCalledExactlyOnceWith({ cancel });
  });

  it('checks spelling only where the system brings the dictionaries', () => {
    expect(hardened('darwin').kept.spellChecker).toBe(true);
    expect(hardened('linux').kept.spellChecker).toBe(false);
    expect(hardened('win32').kept.spellChecker).toBe(false);
  });
});

describe('a page', () => {
  function page() {
    let open: (() => { action: string }) | undefined;
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: (handler: () => { action: string }) => (open = handler),
    });
    hardenContents(contents as unknown as Parameters<typeof hardenContents>[0]);
    return { contents, open: () => open?.() };
  }

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('stays: %s', (name) => {
    const { contents } = page();
    const go = (url: string, isMainFrame = true) => {
      const event = { url, isMainFrame, preventDefault: vi.fn() };
      contents.emit(name, event);
      return event.preventDefault.mock.calls.length > 0;
    };
    expect(go('https://example.com/')).toBe(true);
    expect(go('app://autodoc/other.html')).toBe(true);
    expect(go('data:text/html,x')).toBe(true);
    expect(go('app://autodoc/index.html', false)).toBe(true);
    expect(go('app://autodoc/index.html')).toBe(false);
  });

  it('opens no second window and embeds no page', () => {
    const { contents, open } = page();
    expect(open()).toEqual({ action: 'deny' });
    const event = { preventDefault: vi.fn() };
    contents.emit('will-attach-webview', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });
});
