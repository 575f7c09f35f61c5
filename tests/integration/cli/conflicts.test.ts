import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConflictView } from '../../../src-main/contract/conflicts.ts';
import type { Document, OpenDocument } from '../../../src-main/contract/domain.ts';
import { failureOf, jsonOf, openCommandLine, type CommandLine } from './in-process.ts';

/* Two stores, one team file, and two people who write in the same place. */

const [ada, bo] = [openCommandLine(), openCommandLine()];
afterAll(() => {
  for (const line of [ada, bo]) line.remove();
});

const json = async <T>(line: CommandLine, ...args: readonly string[]) =>
  jsonOf<T>(line.run([...args, '--json']));
const words = async (line: CommandLine, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await line.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

let written = 0;
function textFile(text: string): string {
  const file = path.join(ada.folder, `text-${(written += 1)}.md`);
  writeFileSync(file, text);
  return file;
}
const rewrite = (line: CommandLine, id: string, text: string) =>
  json(line, 'documents', 'save', id, '--body-file', textFile(text), '--no-draft');

const teamFile = path.join(ada.folder, 'team.db');
let documentId = '';

beforeEach(async () => {
  const made = await json<Document>(
    ada,
    ...['documents', 'new', '--name', 'Mood', '--no-draft'],
    ...['--body-file', textFile('I am happy today. It rains.')],
  );
  if (documentId === '') {
    await json(ada, 'team', 'create', '--file', teamFile, '--name', 'Ada');
    await json(bo, 'team', 'join', '--file', teamFile, '--name', 'Bo');
  }
  documentId = made.id;
  for (const line of [ada, bo]) await json(line, 'team', 'sync');
  await rewrite(ada, documentId, 'I am glad today. It rains.');
  await rewrite(bo, documentId, 'I am merry today. It pours.');
  for (const line of [ada, bo, ada]) await json(line, 'team', 'sync');
});

describe('conflicts', () => {
  it('are shown: what stands beside the text, and where', { timeout: 60_000 }, async () => {
    const shown = await words(ada, 'conflicts', 'show', '--document', documentId);
    expect(shown).toMatch(/^What Bo wrote at .* stands beside the text\.\n/);
    expect(shown).toContain('I am [glad|merry] today. It pours.');
    const view = await json<ConflictView>(bo, 'conflicts', 'show', '--document', documentId);
    expect(view.regions[1]).toEqual({
      ...{ kind: 'choice', base: 'happy', ours: 'glad', theirs: 'merry' },
    });
  });

  it.each([
    ['--ours', 'I am glad today. It pours.'],
    ['--theirs', 'I am merry today. It pours.'],
    ['--both', 'I am glad merry today. It pours.'],
  ])('are settled with %s, everywhere', { timeout: 60_000 }, async (side, text) => {
    const settled = await words(bo, 'conflicts', 'take', '--document', documentId, side);
    expect(settled).toBe('"Mood" is settled: nothing stands beside it any more.\n');
    for (const line of [bo, ada]) await json(line, 'team', 'sync');
    const opened = await json<Document & Omit<OpenDocument, 'document'>>(
      ...([ada, 'documents', 'show', documentId] as const),
    );
    expect(opened).toMatchObject({ document_body: text, conflicts: [] });
    expect(await words(ada, 'conflicts', 'show', '--document', documentId)).toBe(
      'Nothing stands beside this document.\n',
    );
    const none = await ada.run(['conflicts', 'take', '--document', documentId, side, '--json']);
    expect(failureOf(none)).toMatchObject({ code: 'not_found' });
  });

  it('are settled with one side, not with none and not with two', async () => {
    for (const sides of [[], ['--ours', '--both']]) {
      const args = ['conflicts', 'take', '--document', documentId, ...sides, '--json'];
      expect(failureOf(await ada.run(args))).toMatchObject({ exitCode: 2 });
    }
  });
});
