import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrainingLog } from '../../../../src-main/inference/checkpoint/training-log.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const log = {
  trained_by: 'the makers of something',
  started_on: '2026-11-29T07:22:01+00:00',
  ended_on: '2026-11-29T09:05:17.250Z',
  hardware: 'a processor, 2 cores',
  software: 'PyTorch 2.12.0',
  configuration: { size: 'cpu', n_layer: 4, learning_rate: 0.004, is_tied: true },
  data: [{ name: 'books.txt', size_bytes: 12, sha256: 'a'.repeat(64) }],
  metrics: { bits_per_byte_books: 1.5 },
};

async function read(content: string): ReturnType<typeof readTrainingLog> {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'training-log.json'), content);
  return readTrainingLog(folder);
}

describe('readTrainingLog', () => {
  it('reads who trained a model, when, on what and how well it did', async () => {
    const more = { ...log, losses: [{ step: 250, train: 5 }] };
    expect(await read(JSON.stringify(more))).toEqual(log);
  });

  it('is null where there is no log', async () => {
    expect(await readTrainingLog(await temporaryFolder())).toBeNull();
  });

  it.each([
    ['another trainer’s log', { steps: 2_795, seconds: 3_902, val_loss: 3.7, log: [[200, 4.9]] }],
    ['one with a fact missing', { ...log, metrics: undefined }],
    ['a time that is none', { ...log, started_on: 'yesterday' }],
    ['a hash that is none', { ...log, data: [{ ...log.data[0], sha256: 'abc' }] }],
    ['a name without end', { ...log, trained_by: 'x'.repeat(501) }],
    ['a table without end', { ...log, metrics: Object.fromEntries(numbered(101)) }],
    ['a list', []],
  ])('is null for %s: no log is a reason to refuse a model', async (_, content) => {
    expect(await read(JSON.stringify(content))).toBeNull();
  });

  it('is null for what is not JSON', async () => {
    expect(await read('loss: 3.7')).toBeNull();
  });
});

function numbered(count: number): [string, number][] {
  return Array.from({ length: count }, (_, number) => [`metric_${number}`, number]);
}
