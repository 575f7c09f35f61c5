import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Whether a window can be shown at all. On Linux a display server says so in the environment. */
export function hasDisplay(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return [environment.DISPLAY, environment.WAYLAND_DISPLAY].some(
    (display) => display !== undefined && display !== '',
  );
}

/** Why Chromium's sandbox cannot be used on this machine, for people; null when it can. */
export function sandboxObstacle(electron: string): string | null {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'it runs as root';
  if (mayMakeUserNamespaces() || isSetuidRoot(path.join(path.dirname(electron), 'chrome-sandbox')))
    return null;
  return 'this system forbids user namespaces';
}

function mayMakeUserNamespaces(): boolean {
  return (
    kernelSetting('kernel/unprivileged_userns_clone') !== '0' &&
    kernelSetting('kernel/apparmor_restrict_unprivileged_userns') !== '1' &&
    kernelSetting('user/max_user_namespaces') !== '0'
  );
}

function kernelSetting(name: string): string | null {
  try {
    return readFileSync(path.join('/proc/sys', name), 'utf8').trim();
  } catch {
    return null;
  }
}

function isSetuidRoot(file: string): boolean {
  try {
    const { uid, mode } = statSync(file);
    return uid === 0 && (mode & 0o4000) !== 0;
  } catch {
    return false;
  }
}
