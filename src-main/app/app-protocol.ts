import { randomBytes } from 'node:crypto';
import {
  noncePlaceholder,
  securityHeaders,
  type DevelopmentSources,
} from './content-security-policy.ts';
import type { RendererSource } from './renderer-files.ts';

/** Answers a request under `app://autodoc/` with a file of the window and its security headers. */
export function rendererResponder(
  source: RendererSource,
  development?: DevelopmentSources,
): (request: { readonly url: string; readonly method: string }) => Promise<Response> {
  return async ({ url, method }) => {
    const nonce = randomBytes(16).toString('base64');
    const headers = securityHeaders(nonce, development);
    const file = method === 'GET' ? await source(new URL(url)) : null;
    if (file === null) {
      return new Response('Not found', {
        status: 404,
        headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      });
    }
    return new Response(withNonce(file.contentType, file.body, nonce), {
      headers: { ...headers, 'content-type': file.contentType },
    });
  };
}

function withNonce(
  contentType: string,
  body: Uint8Array,
  nonce: string,
): string | Uint8Array<ArrayBuffer> {
  if (!contentType.startsWith('text/html')) return new Uint8Array(body);
  return new TextDecoder().decode(body).replaceAll(noncePlaceholder, nonce);
}
