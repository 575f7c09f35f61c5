import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileLogger } from '../../../src-main/logging/file-logger.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'autodoc-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the log', () => {
  it('is a file of lines with their rooms and facts', () => {
    const file = path.join(temporaryFolder(), 'logs', 'autodoc.log');
    const logger = createFileLogger(file);
    logger.info('started');
    logger.scope('services').scope('drafting').warn('draft', { tokens: 3, device: null });
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info\s+started$/);
    expect(lines[1]).toMatch(/ warn \(services\/drafting\)\s+draft {"tokens":3,"device":null}$/);
  });

  it('makes no folder before there is something to say', () => {
    const folder = path.join(temporaryFolder(), 'logs');
    createFileLogger(path.join(folder, 'autodoc.log')).scope('services');
    expect(existsSync(folder)).toBe(false);
  });

  it('says nothing on the terminal, not even that it cannot write', () => {
    const folder = temporaryFolder();
    const source = path.resolve('src-main/logging/file-logger.ts');
    const script = `
      import fs from 'node:fs';
      import { createFileLogger } from ${JSON.stringify(source)};
      fs.writeFileSync('taken', '');
      createFileLogger('taken/autodoc.log').error('lost');
      const logger = createFileLogger('logs/autodoc.log');
      logger.info('kept');
      fs.rmSync('logs', { recursive: true });
      fs.writeFileSync('logs', '');
      logger.error('lost too');
    `;
    writeFileSync(path.join(folder, 'script.mjs'), script);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.resolve('src-main/launch/run.cjs'), 'script.mjs'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('begins a new file when the old one is long, and keeps that beside it', () => {
    const folder = temporaryFolder();
    const logger = createFileLogger(path.join(folder, 'autodoc.log'));
    const line = 'x'.repeat(100_000);
    for (let written = 0; written < 25; written += 1) logger.info(line);
    expect(readFileSync(path.join(folder, 'autodoc.old.log')).length).toBeGreaterThan(2_000_000);
    expect(readFileSync(path.join(folder, 'autodoc.log')).length).toBeLessThan(1_000_000);
  });
});
