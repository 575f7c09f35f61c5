import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { appHost, appScheme } from './origin.ts';

/** One file of the window, as it is served. */
export interface RendererFile {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** Where the window's files come from. Null when there is no such file. */
export type RendererSource = (url: URL) => Promise<RendererFile | null>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * The file under `root` that a URL names, or null: for another origin, for a path that
 * leads out of `root` however it is spelled, and for a kind of file that the window has none of.
 */
export function resolveRendererFile(root: string, url: URL): string | null {
  if (url.protocol !== `${appScheme}:` || url.host !== appHost) return null;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  // A backslash is a separator on Windows and a NUL ends a path in C: no file of ours has either.
  if (name.includes('\\') || name.includes('\0')) return null;
  const file = path.resolve(root, name === '/' || name === '' ? 'index.html' : `.${name}`);
  const inside = path.relative(root, file);
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return null;
  return contentTypes[path.extname(file)] === undefined ? null : file;
}

/** The built window's files. */
export function filesUnder(root: string): RendererSource {
  return async (url) => {
    const file = resolveRendererFile(root, url);
    const contentType = file === null ? undefined : contentTypes[path.extname(file)];
    if (file === null || contentType === undefined) return null;
    try {
      return { body: await readFile(file), contentType };
    } catch {
      return null;
    }
  };
}
