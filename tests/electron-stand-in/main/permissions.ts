import { chromium } from './browser.ts';
import { originOf, toChromium } from './schemes.ts';
import { theSession } from './session.ts';

/** What Electron calls a permission, and Chromium's names for it. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
] as const;

/**
 * Puts what the application's handlers decide into Chromium before a page loads. Electron asks
 * when a page asks; Chromium's protocol can only be told beforehand.
 */
export async function decidePermissions(contents: unknown, url: string): Promise<void> {
  const chromiumOrigin = new URL(toChromium(url)).origin;
  if (!chromiumOrigin.startsWith('https:')) return;
  for (const [permission, name] of permissions) {
    await chromium().browser.send('Browser.setPermission', {
      permission: { name },
      setting: await theSession.permissionOf(contents, permission, originOf(url)),
      origin: chromiumOrigin,
    });
  }
}
