import { spawn } from 'node:child_process';
import path from 'node:path';
import { launch } from '../launch.ts';
import { loud } from '../loud.ts';

/* What a person opens with the system's own programs. Without a person, tests take its place. */

export const shell = loud('shell', {
  async openExternal(url: string): Promise<void> {
    await openWithSystem('shell.openExternal', url);
  },
  /** Electron answers an empty string when it went well. */
  async openPath(file: string): Promise<string> {
    await openWithSystem('shell.openPath', file);
    return '';
  },
  showItemInFolder(file: string): void {
    void openWithSystem('shell.showItemInFolder', path.dirname(file));
  },
});

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

function openWithSystem(caller: string, target: string): Promise<void> {
  if (!launch.isWindowed) {
    throw new Error(`${caller} opens another program: replace it in the test.`);
  }
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  return new Promise((resolve, reject) => {
    spawn(program!, [...args, target], { stdio: 'ignore', detached: true })
      .once('spawn', resolve)
      .once('error', reject)
      .unref();
  });
}
