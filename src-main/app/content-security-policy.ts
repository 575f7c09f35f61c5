/*
 * What the window may load and run: its own files and nothing else.
 *
 * - Scripts only from the application's files; no inline script, no eval.
 * - Styles only from the application's files, and from `<style>` elements that carry the
 *   page's nonce: CodeMirror makes its themes at run time (`EditorView.cspNonce`). A `style`
 *   attribute in markup is dropped; setting `element.style` from a script is allowed.
 * - No connection to anywhere: what the window needs comes over the bridge.
 * - Strings become markup only through Svelte's own Trusted Types policy.
 */

/** Stands in the HTML where the page's nonce belongs; replaced each time it is served. */
export const noncePlaceholder = '__CSP_NONCE__';

/** What `npm run dev` needs on top; production builds do not contain it. */
export interface DevelopmentSources {
  /** The development server's socket, for hot reload. */
  readonly connect: string;
}

export function contentSecurityPolicy(nonce: string, development?: DevelopmentSources): string {
  const directives = [
    "default-src 'none'",
    "script-src 'self'",
    // Vite's development server injects its styles without a nonce.
    `style-src 'self' ${development === undefined ? `'nonce-${nonce}'` : "'unsafe-inline'"}`,
    "img-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  if (development === undefined) {
    directives.push("require-trusted-types-for 'script'", 'trusted-types svelte-trusted-html');
  } else {
    directives.push(`connect-src 'self' ${development.connect}`);
  }
  return directives.join('; ');
}

/** Headers of every response under the application's origin. */
export function securityHeaders(
  nonce: string,
  development?: DevelopmentSources,
): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(nonce, development),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
