import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { hubWith } from './fetching.ts';

/** Lets the process work for some time, then kills it. Answers what it said. */
async function downloadAndKill(
  directory: string,
  endpoint: string,
  afterMs: number | null,
): Promise<readonly string[]> {
  const script = fileURLToPath(import.meta.resolve('./downloading-process.ts'));
  const child = spawn(process.execPath, ['src-main/launch/run.cjs', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HF_ENDPOINT: endpoint },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && afterMs !== null) setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += text;
  });
  await once(child, 'close');
  return said.split('\n').slice(0, -1);
}

const maxKills = 6;

it('killed at any moment, a download goes on: fetched less than twice, and verified', async () => {
  const seed = testSeed();
  const schedules = fc.sample(
    fc.array(fc.integer({ min: 0, max: 300 }), { minLength: maxKills, maxLength: maxKills }),
    { numRuns: largeCount(10), seed },
  );
  for (const delaysMs of schedules) {
    const { hub, files } = await hubWith('sharded');
    // Slow enough that a kill hits it in its middle.
    hub.pace = { sliceBytes: 8_192, pauseMs: 4 };
    const directory = await temporaryFolder();
    let said: readonly string[] = [];
    for (const delayMs of [...delaysMs, null]) {
      said = await downloadAndKill(directory, hub.url, delayMs);
      if (said.includes('done')) break;
    }
    const expected = [...files]
      .map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    expect(said).toEqual([
      'begun',
      ...expected.map(([name, sha256]) => `${sha256} ${name}`),
      'done',
    ]);
    const total = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
    expect(hub.servedBytes).toBeLessThan(2 * total);
    expect(hub.requests.filter(({ kind }) => kind === 'list').length).toBeLessThanOrEqual(maxKills);
  }
}, 900_000);
