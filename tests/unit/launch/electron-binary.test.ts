import { describe, expect, it } from 'vitest';
import { reasonIn } from '../../../src-main/launch/electron-binary.ts';

describe('reasonIn', () => {
  it('finds the innermost cause that a failed download names', () => {
    const complaint = [
      'TypeError: fetch failed',
      '    at node:internal/deps/undici/undici:14976:13',
      '  [cause]: Error: getaddrinfo ENOTFOUND github.com',
      '      at GetAddrInfoReqWrap.onlookup {',
    ].join('\n');
    expect(reasonIn(complaint)).toBe('getaddrinfo ENOTFOUND github.com');
    expect(reasonIn('HTTPError: Response code 403 (Forbidden) for x\n    at y')).toBe(
      'Response code 403 (Forbidden) for x',
    );
  });

  it('says something whatever the script said', () => {
    expect(reasonIn('killed')).toBe('killed');
    expect(reasonIn('')).toBe('the download failed');
  });
});
