import { describe, expect, it } from 'vitest';
import { rendererResponder } from '../../../src-main/app/app-protocol.ts';
import type { RendererSource } from '../../../src-main/app/renderer-files.ts';

const source: RendererSource = (url) =>
  Promise.resolve(
    url.pathname === '/index.html'
      ? {
          body: new TextEncoder().encode(
            '<meta nonce="__CSP_NONCE__"><link nonce="__CSP_NONCE__">',
          ),
          contentType: 'text/html; charset=utf-8',
        }
      : url.pathname === '/main.js'
        ? {
            body: new TextEncoder().encode('"__CSP_NONCE__"'),
            contentType: 'text/javascript; charset=utf-8',
          }
        : null,
  );

const get = (url: string, method = 'GET') => rendererResponder(source)({ url, method });

describe('the responder of app://', () => {
  it('puts a new nonce into each page and its policy', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await get('app://autodoc/index.html');
        const nonce = /'nonce-([^']+)'/.exec(
          response.headers.get('content-security-policy') ?? '',
        )?.[1];
        expect(await response.text()).toBe(`<meta nonce="${nonce}"><link nonce="${nonce}">`);
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('leaves every other file as it is', async () => {
    expect(await (await get('app://autodoc/main.js')).text()).toBe('"__CSP_NONCE__"');
  });

  it('answers 404, with the policy, for what is missing or not a plain GET', async () => {
    for (const response of [
      await get('app://autodoc/missing.js'),
      await get('app://autodoc/index.html', 'POST'),
    ]) {
      expect(response.status).toBe(404);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
