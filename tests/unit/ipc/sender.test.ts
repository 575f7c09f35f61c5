import { describe, expect, it } from 'vitest';
import { isTrustedSender, type Sent } from '../../../src-main/ipc/sender.ts';

const page = { origin: 'app://autodoc', isOwnWindow: (id: number) => id === 7 };
const from = (frame: Partial<Sent['senderFrame']> | null, id = 7): Sent => ({
  sender: { id },
  senderFrame: frame && { url: 'app://autodoc/index.html', parent: null, ...frame },
});

describe('isTrustedSender', () => {
  it('trusts our page in the top frame of our window', () => {
    expect(isTrustedSender(from({}), page)).toBe(true);
    expect(isTrustedSender(from({ url: 'app://autodoc/index.html#part' }), page)).toBe(true);
  });

  it('trusts no frame inside the page, no other window and no frame that is gone', () => {
    expect(isTrustedSender(from({ parent: {} }), page)).toBe(false);
    expect(isTrustedSender(from({}, 8), page)).toBe(false);
    expect(isTrustedSender(from(null), page)).toBe(false);
  });

  it.each([
    'https://autodoc/index.html',
    'app://autodoc.example/index.html',
    'app://other/index.html',
    'app://user@other/autodoc',
    'data:text/html,app://autodoc/',
    'about:blank',
    'file:///app://autodoc/index.html',
    '',
  ])('trusts no page from elsewhere: %s', (url) => {
    expect(isTrustedSender(from({ url }), page)).toBe(false);
  });
});
