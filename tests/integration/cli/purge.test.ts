import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCommandLine } from './in-process.ts';

const line = openCommandLine();
afterAll(() => line.remove());

describe('documents purge', () => {
  it('empties a document and says where its words may still be', async () => {
    const file = path.join(line.folder, 'body.md');
    writeFileSync(file, 'How do I mow it?');
    const made = await line.run([
      ...['documents', 'new', '--name', 'Lawn', '--body-file', file, '--no-draft', '--json'],
    ]);
    const { id } = JSON.parse(made.stdout) as { id: string };
    const { code, stdout } = await line.run(['documents', 'purge', id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 values were emptied\. Where its words may still be:\n- /);
    const again = await line.run(['documents', 'purge', id, '--json']);
    expect(again.code).not.toBe(0);
    expect(again.stdout + again.stderr).toMatch(/not_found/);
    const verified = await line.run(['store', 'verify', '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
  });
});
