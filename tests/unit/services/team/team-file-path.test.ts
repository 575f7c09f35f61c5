import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  newTeamFilePath,
  teamFilePath,
} from '../../../../src-main/services/team/team-file-path.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

it('is an absolute path in a folder that is there', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'team.db');
  expect(teamFilePath(path.relative(process.cwd(), file))).toBe(file);
  expect(newTeamFilePath(file)).toBe(file);
});

it('is no folder, no library’s own file, and nothing in a folder that is not there', async () => {
  const folder = await temporaryFolder();
  mkdirSync(path.join(folder, 'team.db'));
  expect(() => teamFilePath(path.join(folder, 'team.db'))).toThrow(/is a folder/);
  expect(() => teamFilePath(path.join(folder, 'replica.db'))).toThrow(/file of a library/);
  expect(() => teamFilePath(path.join(folder, 'State.DB'))).toThrow(/file of a library/);
  expect(() => teamFilePath(path.join(folder, 'gone', 'team.db'))).toThrow(/no folder/);
  expect(() => teamFilePath('')).toThrow(/names no file/);
  expect(() => teamFilePath('a\0b')).toThrow(/names no file/);
  expect(() => teamFilePath('/')).toThrow(/names no file/);
});

it('is a new one only where nothing lies', async () => {
  const folder = await temporaryFolder();
  const [file, link] = [path.join(folder, 'team.db'), path.join(folder, 'link.db')];
  writeFileSync(file, 'Somebody’s.');
  symlinkSync(path.join(folder, 'nowhere'), link);
  expect(() => newTeamFilePath(file)).toThrow(/left as it is/);
  expect(() => newTeamFilePath(link)).toThrow(/left as it is/);
});
