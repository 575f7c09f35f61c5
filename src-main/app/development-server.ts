import type { DevelopmentSources } from './content-security-policy.ts';
import type { RendererSource } from './renderer-files.ts';

/*
 * `npm run dev` serves the window from Vite through the same app:// origin, so that sender
 * checks and the page's rights stay as they are. Production builds do not contain this file.
 */

/** Fetches the window's files from Vite's development server. */
export function developmentServer(serverUrl: string): RendererSource {
  return async (url) => {
    // eslint-disable-next-line no-restricted-globals -- this machine's own server; in no production build
    const response = await fetch(new URL(url.pathname + url.search, serverUrl), {
      // Vite answers an HTML page for unknown paths only to those who ask for one.
      headers: { accept: url.pathname.endsWith('.html') ? 'text/html' : '*/*' },
    });
    if (!response.ok) return null;
    return {
      body: new Uint8Array(await response.arrayBuffer()),
      contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    };
  };
}

export function developmentSources(serverUrl: string): DevelopmentSources {
  return { connect: serverUrl.replace(/^http/, 'ws') };
}
