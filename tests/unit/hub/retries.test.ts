import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import { Interruption } from '../../../src-main/hub/interruption.ts';
import { retryAfter } from '../../../src-main/hub/refusal.ts';
import { createRetries, defaultRetryPolicy } from '../../../src-main/hub/retries.ts';

const never = new AbortController().signal;

function retries(chance = 1) {
  const waits: number[] = [];
  const told: string[] = [];
  const clock = {
    now: () => 0,
    wait: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => chance,
  };
  return {
    waits,
    told,
    retries: createRetries(defaultRetryPolicy, clock, (reason) => told.push(reason)),
  };
}

const failing = (times: number, error: Error = new Interruption('it was cut')) => {
  let left = times;
  return () => (left-- > 0 ? Promise.reject(error) : Promise.resolve('done'));
};

describe('trying again', () => {
  it('is later each time, up to a minute, and given up after eight tries', async () => {
    const { retries: tries, waits, told } = retries();
    await expect(tries.run(failing(99), never)).rejects.toMatchObject({
      code: 'network_failed',
      message: expect.stringMatching(
        /after 8 tries .*: it was cut\. What was fetched is kept/,
      ) as string,
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(told).toEqual(Array(7).fill('it was cut'));
  });

  it('is sooner by chance, at most by half', async () => {
    const { retries: tries, waits } = retries(0);
    expect(await tries.run(failing(3), never)).toBe('done');
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  it('begins to count anew when something came', async () => {
    const { retries: tries, waits } = retries();
    for (let round = 0; round < 5; round += 1) {
      expect(await tries.run(failing(6), never)).toBe('done');
      tries.progressed();
    }
    expect(waits).toHaveLength(30);
  });

  it('counts on over several pieces of work where nothing came', async () => {
    const { retries: tries } = retries();
    expect(await tries.run(failing(6), never)).toBe('done');
    await expect(tries.run(failing(2), never)).rejects.toMatchObject({ code: 'network_failed' });
  });

  it('waits as long as the hub asks', async () => {
    const { retries: tries, waits } = retries();
    const error = new Interruption('busy', { retryAfterMs: 90_000 });
    await tries.run(failing(1, error), never);
    expect(waits).toEqual([90_000]);
  });

  it('is not done after a refusal, or a bug', async () => {
    for (const error of [new AppError('hub_refused', 'No.'), new TypeError('bug')]) {
      const { retries: tries, waits } = retries();
      await expect(tries.run(failing(1, error), never)).rejects.toBe(error);
      expect(waits).toEqual([]);
    }
  });

  it('ends with the signal’s reason', async () => {
    const stop = new AbortController();
    const reason = new Error('paused');
    const { retries: tries } = retries();
    const attempt = () => {
      stop.abort(reason);
      return Promise.reject(new Interruption('it was cut'));
    };
    await expect(tries.run(attempt, stop.signal)).rejects.toBe(reason);
  });
});

it.each([
  [undefined, null],
  ['', null],
  ['soon', null],
  ['0', 0],
  ['12', 12_000],
  ['999999999999999999999', 300_000],
  ['Sat, 21 Nov 2026 00:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 00:00:00 GMT', 0],
  ['Sat, 21 Nov 2099 00:00:00 GMT', 300_000],
])('Retry-After %j', (header, ms) => {
  expect(retryAfter(header, Date.parse('2026-11-21T00:00:00Z'))).toBe(ms);
});
