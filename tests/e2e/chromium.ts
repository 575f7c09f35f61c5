import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumVariable, findChromium } from '../electron-stand-in/chromium/find-chromium.ts';

const debianPackages = ['chromium', 'fonts-dejavu-core'];

/**
 * A browser of Chromium's family: one that is here, else Debian's own, installed where that is
 * possible without asking anybody. Throws with what to install.
 */
export function obtainChromium(): string {
  const here = findChromium();
  if (here !== null) return here;
  const installed = mayInstall() && installFromDebian() ? findChromium() : null;
  if (installed !== null) return installed;
  throw new Error(
    'The end-to-end tests need Chromium, Chrome or Edge, and none is here. Install one of them ' +
      `(Debian: apt-get install ${debianPackages.join(' ')}), or set ${chromiumVariable} to the program.`,
  );
}

/** Root on Debian or a system made from it. */
function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

function installFromDebian(): boolean {
  console.log(`No Chromium here: installing ${debianPackages.join(' and ')} with apt-get.`);
  const install = ['install', '-y', '--no-install-recommends', ...debianPackages];
  return [['update'], install].every((args) => {
    const { status, stderr } = spawnSync('apt-get', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) console.error(stderr.trim());
    return status === 0;
  });
}
