import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src-main/launch/project.ts';

/* `npm run --silent autodoc -- …` as npm runs it: in the root, told where it was called from. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'autodoc-launch-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function autodoc(cwd: string, calledFrom: string, ...args: string[]) {
  const launcher = ['run.cjs', 'autodoc.ts'].map((name) =>
    path.join(projectRoot, 'src-main/launch', name),
  );
  return spawnSync(process.execPath, [...launcher, ...args], {
    cwd,
    env: { ...process.env, INIT_CWD: calledFrom },
    encoding: 'utf8',
  });
}

const newDocument = ['documents', 'new', '--name', 'Lawn', '--body-file', 'lawn.md'];
const inStore = ['--store', 'store', '--no-draft', '--json'];

describe('npm run autodoc', () => {
  it('means paths from where npm was called, and prints the result alone', () => {
    writeFileSync(path.join(directory, 'lawn.md'), 'Grass.');
    const ended = autodoc(projectRoot, directory, ...newDocument, ...inStore);
    expect(ended.stderr).not.toMatch(/build|vite/i);
    expect(JSON.parse(ended.stdout)).toMatchObject({ document_body: 'Grass.' });
    expect(existsSync(path.join(directory, 'store/replica.db'))).toBe(true);
    expect(ended.status).toBe(0);
  });

  it('works from any folder without npm', () => {
    writeFileSync(path.join(directory, 'lawn.md'), 'Grass.');
    const ended = autodoc(directory, projectRoot, ...newDocument, ...inStore);
    expect(JSON.parse(ended.stdout)).toMatchObject({ document_name: 'Lawn' });
    expect(existsSync(path.join(directory, 'store/replica.db'))).toBe(true);
  });

  it('passes on the exit status of wrong usage', () => {
    const ended = autodoc(projectRoot, projectRoot, 'nonsense');
    expect(ended.status).toBe(2);
    expect(ended.stdout).toBe('');
  });
});
