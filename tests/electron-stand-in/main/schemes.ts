/*
 * Chromium itself knows no schemes of an application's own. Each is shown to it as a host of
 * https, an origin as trustworthy as Electron's standard, secure schemes are; requests to
 * those hosts are answered by the application and never reach a network.
 */

const hostSuffix = '.electron-stand-in.invalid';
const standInUrl = /^https:\/\/([^/?#]*)\.([a-z][a-z0-9+-]*)\.electron-stand-in\.invalid(.*)$/;
const ownUrl = /^([a-z][a-z0-9+-]*):\/\/([^/?#]*)(.*)$/i;

const registered = new Set<string>();

export function registerScheme(scheme: string): void {
  registered.add(scheme);
}

export function isRegistered(url: string): boolean {
  return registered.has(url.slice(0, url.indexOf(':')));
}

/** An application's URL as Chromium is shown it. */
export function toChromium(url: string): string {
  const [, scheme, host, rest] = ownUrl.exec(url) ?? [];
  if (scheme === undefined || !registered.has(scheme)) return url;
  return `https://${host ?? ''}.${scheme}${hostSuffix}${rest === '' ? '/' : (rest ?? '/')}`;
}

/** A URL of Chromium's as the application knows it. */
export function fromChromium(url: string): string {
  const [, host, scheme, rest] = standInUrl.exec(url) ?? [];
  return scheme === undefined ? url : `${scheme}://${host ?? ''}${rest ?? ''}`;
}

/** The origin of an application's URL, as Electron names it. */
export function originOf(url: string): string {
  const { protocol, host, origin } = new URL(url);
  return isRegistered(url) ? `${protocol}//${host}` : origin;
}
